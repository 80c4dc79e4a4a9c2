import type { Report } from '../model/report.js'
import { lastLines } from '../text/bounded.js'
import { shapedConfig, shapedFinding, shapedGuest, shapedModule, shapedProof, shapedRequest, shapedStage, shapedTarget, shapedTool } from './json-shape.js'
import { reproduceLine } from './reproduce.js'

/** Raised when a reader of report.json has to change; docs/report.schema.json describes this one. */
export const SCHEMA_VERSION = 1
/** A guest can talk without end; this many lines tell enough. */
const MAX_LOG_LINES = 5000

/** The content of report.json, keys in the order of the run. Texts are as they came: evidence, not display. */
export function reportJson(report: Report): Readonly<Record<string, unknown>> {
  const { tool, verdict, started, seconds, request, source, target, stages, findings, tools, config, modules, proof, guest, autopsy, bundle } = report
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: tool.name, version: tool.version },
    verdict,
    started,
    seconds,
    request: shapedRequest(request),
    ...(source === undefined ? {} : { source: { ...(source.commit !== undefined && { commit: source.commit }), ...(source.repository !== undefined && { repository: source.repository }) } }),
    reproduce: reproduceLine(request, target?.release),
    ...(target === undefined ? {} : { target: shapedTarget(target) }),
    stages: stages.map(shapedStage),
    findings: findings.map(shapedFinding),
    tools: tools.map(shapedTool),
    ...(config === undefined ? {} : { config: shapedConfig(config) }),
    modules: modules.map(shapedModule),
    ...(proof === undefined ? {} : { proof: shapedProof(proof) }),
    ...(guest === undefined ? {} : { guest: shapedGuest({ ...guest, log: lastLines(guest.log, MAX_LOG_LINES), consoleTail: lastLines(guest.consoleTail, MAX_LOG_LINES) }) }),
    ...(autopsy === undefined ? {} : { autopsy: { outcome: autopsy.outcome, sentences: autopsy.sentences, seconds: autopsy.seconds } }),
    ...(bundle === undefined ? {} : { bundle }),
  }
}

/**
 * report.json as text. Escapes that JSON does not ask for keep the file harmless on a terminal and in a runner's log, whoever prints it:
 * C1 controls, format characters and the runner's `##[`. Parsed, it is the same value.
 */
export function reportText(report: Report): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  const json = JSON.stringify(reportJson(report), null, 2)
  // Without the u flag an astral format character is two surrogates, which are escaped as such; JSON puts them together again.
  const astral = json.replace(/\p{Cf}|\p{Default_Ignorable_Code_Point}|[\u007f-\u009f\u2028\u2029]/gu, (found) => [...Array(found.length).keys()].map((i) => escape(found.charAt(i))).join(''))
  return `${astral.replaceAll('##[', '##\\u005b')}\n`
}
