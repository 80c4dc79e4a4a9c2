#!/usr/bin/env node
// Draws docs/performance.svg from the JSON of bench/run.mjs: where the time goes, stage by stage. usage: node bench/picture.mjs [RESULTS.json] [PICTURE.svg]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from './roots.mjs'
import { spread } from './table.mjs'

const [input = join(PROJECT, 'bench/results/latest.json'), output = join(PROJECT, 'docs/performance.svg')] = process.argv.slice(2)
const COLOURS = { install: '#8c8c8c', resolve: '#b5b5b5', unpack: '#4e79a7', tree: '#4e79a7', configure: '#f28e2b', guard: '#f28e2b', toolchain: '#edc948', prepare: '#e15759', build: '#59a14f', proof: '#b07aa1', boot: '#76b7b2' }
const [WIDTH, LEFT, BAR, GAP] = [900, 170, 26, 40]

const { parts } = JSON.parse(readFileSync(input, 'utf8'))
const medians = (samples) => {
  const stages = Object.keys(samples[0].stages)
  // The boot begins with the proof and goes on behind it: what it takes longer is drawn.
  const shown = (of, stage) => (stage === 'boot' && of.proof !== undefined ? of.boot - of.proof : of[stage])
  return stages.map((stage) => ({ stage, seconds: spread(samples.map((sample) => shown(sample.stages, stage))).median })).filter(({ seconds }) => seconds > 0.005)
}
const bars = parts.speed.samples.flatMap(({ release, recipe, cold, warm, floor }) => [
  ...(recipe.length === 0 ? [] : [{ name: 'recipe', release, samples: recipe }]),
  { name: 'cold', release, samples: cold },
  { name: 'warm', release, samples: warm },
  { name: 'floor', release, samples: floor },
])
// The long bars and the short ones have a scale each, else the short ones could not be read.
const total = ({ samples }) => spread(samples.map(({ seconds }) => seconds)).median
const scales = [bars.filter(({ name }) => name === 'recipe' || name === 'cold'), bars.filter(({ name }) => name === 'warm' || name === 'floor')]
const lines = []
let y = 30
for (const group of scales) {
  const most = Math.max(...group.map((bar) => Math.max(total(bar), medians(bar.samples).reduce((sum, { seconds }) => sum + seconds, 0))))
  const scale = (WIDTH - LEFT - 90) / most
  for (const bar of group) {
    let x = LEFT
    lines.push(`<text x="${LEFT - 8}" y="${y + 18}" text-anchor="end">${bar.name}, ${bar.release}</text>`)
    for (const { stage, seconds } of medians(bar.samples)) {
      const width = seconds * scale
      lines.push(`<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${COLOURS[stage] ?? '#ccc'}"><title>${stage} ${seconds.toFixed(2)} s</title></rect>`)
      if (width > 72) lines.push(`<text x="${(x + width / 2).toFixed(1)}" y="${y + 17}" text-anchor="middle" class="in">${stage} ${seconds.toFixed(1)}</text>`)
      x += width
    }
    lines.push(`<text x="${(x + 6).toFixed(1)}" y="${y + 18}">${total(bar).toFixed(1)} s</text>`)
    y += GAP
  }
  y += 20
}
let at = LEFT
for (const stage of Object.keys(COLOURS).filter((one) => bars.some(({ samples }) => one in samples[0].stages))) {
  lines.push(`<rect x="${at}" y="${y}" width="10" height="10" fill="${COLOURS[stage]}"/><text x="${at + 14}" y="${y + 10}" class="key">${stage}</text>`)
  at += 24 + 7 * stage.length
}
y += 24
const style = 'text{font:12px sans-serif;fill:#222}.in{font-size:10px;fill:#fff}.key{font-size:11px}'
writeFileSync(output, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img"><title>Where the time goes</title><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>\n${lines.join('\n')}\n</svg>\n`)
console.log(`written: ${output}`)
