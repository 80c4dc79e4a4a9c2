import type { Finding } from '../model/finding.js'
import { buildDirOf, type Altered, type BuildExclusive, type DkmsConf, type DkmsModule, type DkmsTarget } from './conf.js'
import { DIRECTIVES, type Directive } from './reader-script.js'
import { count, element, highest, type Dump } from './dump.js'
import type { DkmsRules } from './rules.js'

/** What is known before the conf is read. */
export interface Setting {
  /** Absolute path of dkms.conf. */
  readonly file: string
  /** How a finding names it: relative to the user's repository. */
  readonly shown: string
  /** Its text, for line numbers. */
  readonly text: string
  readonly rules: DkmsRules
  readonly target: DkmsTarget
  readonly dkmsTree: string
  /** What the conf said on standard error. */
  readonly said: string
}

export interface Reading {
  /** Undefined when dkms would call the file no valid dkms.conf; the findings say why. */
  readonly conf?: DkmsConf
  readonly findings: readonly Finding[]
}

/** Names that can be a folder in every make rule; dkms makes folders of PACKAGE_NAME and PACKAGE_VERSION. */
const FOLDER = /^(?!\.{1,2}$)[\w.+~@=-]+$/

/** Makes of the elements what dkms's read_conf makes of them, with every fault that dkms would end at. */
export function interpret(dump: Dump, setting: Setting): Reading {
  const { rules, target, dkmsTree } = setting
  const fault = faults(setting)
  const found: Finding[] = []
  const packageName = element(dump, 'PACKAGE_NAME')
  const packageVersion = element(dump, 'PACKAGE_VERSION')
  for (const [directive, value] of [['PACKAGE_NAME', packageName], ['PACKAGE_VERSION', packageVersion]] as const) {
    if (value === '') found.push(fault(directive, undefined, 'is missing', 'dkms needs it in every dkms.conf.'))
    else if (!FOLDER.test(value)) {
      found.push(fault(directive, undefined, `is ${quoted(value)}`, noFolder(value)))
    }
  }
  const builtModules = modules(dump, rules, packageName)
  found.push(...moduleFaults(dump, rules, builtModules, fault))
  if (rules.strict) {
    for (const directive of ['AUTOINSTALL', 'BUILD_DEPENDS_REBUILD', 'NO_WEAK_MODULES'] as const) {
      const value = element(dump, directive)
      if (!/^(yes|no)?$/i.test(value)) found.push(fault(directive, undefined, `is ${quoted(value)}`, 'dkms takes yes or no.'))
    }
  }
  if (found.length > 0) return { findings: found }

  const build = buildDirOf({ dkmsTree, packageName, packageVersion })
  const generic = `make -C ${target.sourceDir} M=${build}`
  const preBuild = element(dump, 'PRE_BUILD')
  const postBuild = element(dump, 'POST_BUILD')
  const obsoleteBy = element(dump, 'OBSOLETE_BY')
  const autoinstall = element(dump, 'AUTOINSTALL')
  const conf: DkmsConf = {
    file: setting.file,
    rules,
    target,
    dkmsTree,
    packageName,
    packageVersion,
    make: (chosenMake(dump) || generic) + (dump.clang ? rules.clang : '') + (dump.lld ? rules.lld : ''),
    ...(rules.cleans && { clean: element(dump, 'CLEAN') || `${generic} clean` }),
    builtModules,
    ...(preBuild !== '' && { preBuild }),
    ...(postBuild !== '' && { postBuild }),
    patches: chosenPatches(dump),
    buildExclusive: exclusive(dump, rules),
    buildDepends: [...(dump.read.get('BUILD_DEPENDS')?.values() ?? [])].filter((name) => name !== ''),
    autoinstall: rules.strict ? /^yes$/i.test(autoinstall) : autoinstall !== '',
    ...(obsoleteBy !== '' && { obsoleteBy }),
    altered: alterations(dump, rules),
    said: setting.said,
  }
  return { conf, findings: notes(conf, setting) }
}

function noFolder(value: string): string {
  if (value.includes('\r')) return 'The lines end with a carriage return, which dkms before 3.1 takes as a part of the value: save the file with plain line ends.'
  if (/^[#@].*[#@]$/.test(value)) return 'This is a placeholder that the package’s build fills in: check the tree that the package holds, or use dkms: off.'
  return 'dkms makes a folder of it; use letters, digits and . _ + ~ @ = - only.'
}

/** MAKE[0] unless it has a match of its own; then the last whose match fits. */
function chosenMake(dump: Dump): string {
  let chosen = element(dump, 'MAKE_MATCH') === '' ? element(dump, 'MAKE') : ''
  for (let i = 0; i < count(dump, 'MAKE'); i++) {
    if (element(dump, 'MAKE', i) !== '' && element(dump, 'MAKE_MATCH', i) !== '' && matches(dump, 'MAKE_MATCH', i)) chosen = element(dump, 'MAKE', i)
  }
  return chosen
}

function chosenPatches(dump: Dump): string[] {
  const chosen: string[] = []
  for (let i = 0; i < count(dump, 'PATCH'); i++) {
    const name = element(dump, 'PATCH', i)
    if (name !== '' && (element(dump, 'PATCH_MATCH', i) === '' || matches(dump, 'PATCH_MATCH', i))) chosen.push(name)
  }
  return chosen
}

const matches = (dump: Dump, directive: Directive, index: number): boolean => dump.matches.get(directive)?.get(index) === 'match'

const FAMILY = ['BUILT_MODULE_NAME', 'BUILT_MODULE_LOCATION', 'DEST_MODULE_NAME', 'DEST_MODULE_LOCATION'] as const

function modules(dump: Dump, rules: DkmsRules, packageName: string): DkmsModule[] {
  // Older releases count elements, so that the last ones of an array with holes are never looked at.
  const size = Math.max(...FAMILY.map((name) => (rules.strict ? highest(dump, name) + 1 : count(dump, name))))
  const alone = rules.strict ? size === 1 : count(dump, 'DEST_MODULE_LOCATION') === 1
  const strips: string[] = []
  return Array.from({ length: size }, (_, i) => {
    const name = element(dump, 'BUILT_MODULE_NAME', i) || (alone ? packageName : '')
    const location = element(dump, 'BUILT_MODULE_LOCATION', i)
    const strip = element(dump, 'STRIP', i)
    strips[i] = /^n/i.test(strip) ? 'no' : /^y/i.test(strip) ? 'yes' : strip === '' ? (strips[0] ?? element(dump, 'strip')) || 'yes' : element(dump, 'strip', i)
    return {
      name,
      location: location === '' || location.endsWith('/') ? location : `${location}/`,
      destName: element(dump, 'DEST_MODULE_NAME', i) || name,
      destLocation: element(dump, 'DEST_MODULE_LOCATION', i),
      strip: strips[i] !== 'no',
    }
  })
}

/** Values may be as long as the author likes; a finding is read by people. */
const short = (value: string): string => (value.length > 400 ? `${value.slice(0, 400)}…` : value)
const quoted = (value: string): string => JSON.stringify(short(value))

type Fault = (directive: string, index: number | undefined, what: string, wanted: string) => Finding

function moduleFaults(dump: Dump, rules: DkmsRules, built: readonly DkmsModule[], fault: Fault): Finding[] {
  const found: Finding[] = []
  if (built.length === 0 && !rules.strict) found.push(fault('DEST_MODULE_LOCATION', undefined, 'is missing', `dkms ${rules.release} wants one for each module, and at least one module.`))
  const seen = new Map<string, number>()
  const installed = new Map<string, number>()
  built.forEach((module, i) => {
    if (module.name === '') found.push(fault('BUILT_MODULE_NAME', i, 'is missing', 'dkms wants the name of every module that is built, without .ko; only a single module may go without, and then has the package’s name.'))
    for (const [directive, value] of [['BUILT_MODULE_NAME', module.name], ['DEST_MODULE_NAME', module.destName]] as const) {
      const own = directive === 'BUILT_MODULE_NAME' || element(dump, 'DEST_MODULE_NAME', i) !== ''
      if (own && /\.k?o$/.test(value)) found.push(fault(directive, i, `is ${quoted(value)}`, 'dkms wants the name without .o or .ko.'))
    }
    if (module.destLocation === '') found.push(fault('DEST_MODULE_LOCATION', i, 'is missing', `dkms wants one for each module (${module.name}), such as /updates.`))
    else if (!/^\/(kernel|updates|extra)/.test(module.destLocation)) found.push(fault('DEST_MODULE_LOCATION', i, `is ${quoted(module.destLocation)}`, 'dkms wants it to begin with /kernel, /updates or /extra.'))
    if (!rules.strict) return
    for (const [directive, value, table] of [['BUILT_MODULE_NAME', module.location + module.name, seen], ['DEST_MODULE_NAME', module.destName, installed]] as const) {
      const first = table.get(value)
      if (first === undefined) table.set(value, i)
      else found.push(fault(directive, i, `names ${quoted(value)}, as number ${first} does`, 'dkms wants every module once.'))
    }
  })
  return found
}

function exclusive(dump: Dump, rules: DkmsRules): BuildExclusive {
  const expression = (directive: Directive) => {
    const regex = element(dump, directive)
    return regex === '' ? undefined : { regex, match: dump.matches.get(directive)?.get(0) ?? 'invalid' }
  }
  const kernel = expression('BUILD_EXCLUSIVE_KERNEL')
  const arch = expression('BUILD_EXCLUSIVE_ARCH')
  const kernelMin = rules.kernelRange ? element(dump, 'BUILD_EXCLUSIVE_KERNEL_MIN') : ''
  const max = rules.kernelRange ? element(dump, 'BUILD_EXCLUSIVE_KERNEL_MAX') : ''
  const obsolete = rules.kernelRange ? element(dump, 'OBSOLETE_BY') : ''
  const flag = element(dump, 'build_exclude')
  return {
    ...(kernel !== undefined && { kernel }),
    ...(arch !== undefined && { arch }),
    ...(kernelMin !== '' && { kernelMin }),
    ...(max !== '' ? { kernelMax: { version: max, directive: 'BUILD_EXCLUSIVE_KERNEL_MAX' } } : obsolete !== '' ? { kernelMax: { version: obsolete, directive: 'OBSOLETE_BY' } } : {}),
    config: dump.options.map(({ word, on }) => ({ option: word.replace(/^!/, ''), wanted: !word.startsWith('!'), on })),
    ...(dump.configFile !== undefined && { configFile: dump.configFile }),
    ...(flag !== '' && { flag }),
  }
}

/** A value in which only `$` is evaluated late was meant so; quotes, backquotes and backslashes were not. */
function alterations(dump: Dump, rules: DkmsRules): Altered[] {
  const altered: Altered[] = []
  for (const directive of DIRECTIVES) {
    for (const [index, value] of dump.written.get(directive) ?? []) {
      const written = rules.cutsReturns ? value.replace(/\r$/, '') : value
      const read = element(dump, directive, index)
      if (written.split(/[ \t\n]+/).join(' ').trim() === read.trim() || !(read === '' || /["`\\]/.test(written))) continue
      altered.push({ directive: `${directive}[${index}]`, written, read })
    }
  }
  return altered
}

function notes(conf: DkmsConf, setting: Setting): Finding[] {
  const said = conf.said.trim()
  const found: Finding[] = conf.altered.map(({ directive, written, read }) => ({
    id: 'build.dkms-altered',
    stage: 'build',
    severity: 'warning',
    title: `${setting.shown}: dkms reads ${directive} otherwise than it is written`,
    detail: `written: ${short(written)}\nread:    ${read === '' ? '(nothing)' : short(read)}`,
    remedy: 'dkms evaluates every value once more between double quotes; do without double quotes and backquotes inside it.',
    ...placeOf(setting, directive),
  }))
  if (conf.buildDepends.length > 0) {
    found.push({
      id: 'build.dkms-depends',
      stage: 'build',
      severity: 'warning',
      title: `${setting.shown}: dkms builds ${conf.buildDepends.join(', ')} first; the gate builds this package alone`,
      remedy: 'Symbols that come from those modules are missing here: check both in one repository, or give their Module.symvers by KBUILD_EXTRA_SYMBOLS.',
      ...placeOf(setting, 'BUILD_DEPENDS'),
    })
  }
  if (/syntax error/.test(said)) {
    found.push({
      id: 'build.dkms-syntax',
      stage: 'build',
      severity: 'warning',
      title: `${setting.shown}: bash finds a syntax error; dkms goes on with what stands before it`,
      detail: said,
      place: { file: setting.shown },
    })
  }
  return found
}

function faults(setting: Setting): Fault {
  return (directive, index, what, wanted) => {
    const said = setting.said.trim()
    return {
      id: 'build.dkms-conf',
      stage: 'build',
      severity: 'fail',
      title: `${setting.shown}: ${directive}${index === undefined ? '' : `[${index}]`} ${what}`,
      ...(said !== '' && { detail: said }),
      remedy: wanted,
      ...placeOf(setting, index === undefined ? directive : `${directive}[${index}]`),
    }
  }
}

/** The line that assigns the element, as far as it is written plainly; else the file alone. */
function placeOf(setting: Setting, directive: string): Pick<Finding, 'place'> {
  const [name, index = '0'] = directive.split(/[[\]]/)
  const line = setting.text.split('\n').findIndex((text) => {
    const [, assigned, subscript = '0'] = /^\s*(?:export\s+)?(\w+)(?:\[(\d+)\])?\+?=/.exec(text) ?? []
    return assigned === name && subscript === index
  })
  return { place: { file: setting.shown, ...(line >= 0 && { line: line + 1 }) } }
}
