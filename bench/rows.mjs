import { spread } from './table.mjs'

/** Stages up to the guard's verdict. */
const GUARDED = ['resolve', 'install', 'toolchain', 'tree', 'guard']

const secondsOf = (samples) => samples.map(({ seconds }) => seconds)
const guardOf = ({ stages }) => GUARDED.reduce((sum, stage) => sum + stages[stage], 0)
const ratios = (samples, others) => spread(samples.map((value, i) => value / others[Math.min(i, others.length - 1)]))

function speedRows({ suite, release, recipe, cold, warm, floor }) {
  const peak = (samples) => spread(samples.map(({ peakMiB }) => peakMiB))
  const where = `${suite}, ${release}`
  const warmSeconds = secondsOf(warm)
  return [
    { what: `${where}: floor (make M= and a bare boot)`, seconds: spread(secondsOf(floor)) },
    { what: `${where}: warm`, seconds: spread(warmSeconds), against: 'the floor', ratio: ratios(warmSeconds, secondsOf(floor)), peak: peak(warm) },
    { what: `${where}: warm, until the guard is done`, seconds: spread(warm.map(guardOf)) },
    { what: `${where}: cold`, seconds: spread(secondsOf(cold)), peak: peak(cold) },
    ...(recipe.length === 0
      ? []
      : [
          { what: `${where}: recipe`, seconds: spread(secondsOf(recipe)), against: 'cold', ratio: ratios(secondsOf(recipe), secondsOf(cold)), peak: peak(recipe) },
          { what: `${where}: recipe without apt`, seconds: spread(recipe.map(withoutApt)), against: 'warm', ratio: ratios([spread(recipe.map(withoutApt)).median], [spread(warmSeconds).median]) },
        ]),
  ]
}

const withoutApt = ({ seconds, stages }) => seconds - stages.install

function bootRows({ suite, release, boot, virtme, warm }) {
  const where = `${suite}, ${release}`
  const guest = boot.map((sample) => sample.guest)
  return [
    { what: `${where}: boot to verdict, 3 cycles with a test`, seconds: spread(guest), peak: spread(boot.map(({ peakMiB }) => peakMiB)) },
    { what: `${where}: warm`, seconds: spread(warm) },
    ...(virtme.length === 0 ? [] : [{ what: `${where}: virtme-ng`, seconds: spread(virtme), against: 'boot to verdict', ratio: ratios([spread(virtme).median], [spread(guest).median]) }]),
  ]
}

function rustRows({ suite, kernels }) {
  const [without] = kernels
  return [
    ...kernels.map(({ release, warm, floor }) => ({ what: `${suite}, ${release}, in turn with the others: warm`, seconds: spread(secondsOf(warm)), against: 'its own floor', ratio: ratios(secondsOf(warm), secondsOf(floor)) })),
    ...kernels.slice(1).map(({ release, warm }) => ({ what: `${suite}, ${release}: warm`, seconds: spread(secondsOf(warm)), against: without.release, ratio: ratios(secondsOf(warm), secondsOf(without.warm)) })),
  ]
}

function manyRows({ suite, releases, seconds, again, peaks, disk }) {
  const all = seconds.reduce((sum, one) => sum + one, 0)
  const each = (paths) => disk.filter(({ path }) => paths.test(path)).reduce((sum, one) => sum + one.mb, 0) / releases.length
  const [total, trees] = [each(/^total$/), each(/\/work\/$/)]
  const alone = again.map((samples) => spread(samples).median)
  return [
    { what: `${suite}: ${releases.length} kernels in a row, warm (on disk ${total.toFixed(0)} MiB for each, ${(total * 1.048576).toFixed(0)} MB, ${trees.toFixed(0)} MiB of it for trees that lie laid out)`, seconds: spread([all]), against: 'each of them alone', ratio: ratios([all], [alone.reduce((sum, one) => sum + one, 0)]), peak: spread(peaks) },
    ...releases.map((release, nth) => ({ what: `${suite}, ${release}: right after itself`, seconds: spread(again[nth]) })),
  ]
}

/** One row for each thing that was measured: medians with least and greatest, a ratio where it says against what. */
export function rowsOf({ parts }) {
  const of = (part) => parts[part]?.samples
  const start = of('startup')
  return [
    ...(start === undefined ? [] : [['node itself', start.bare], ['kmod-gate --version', start.cli], ['the action, until it refuses its inputs', start.action]].map(([what, seconds]) => ({ what, seconds: spread(seconds) }))),
    ...(of('speed') ?? []).flatMap(speedRows),
    ...(of('boot') ?? []).flatMap(bootRows),
    ...(of('rust') === undefined ? [] : rustRows(of('rust'))),
    ...(of('many') === undefined ? [] : manyRows(of('many'))),
  ]
}
