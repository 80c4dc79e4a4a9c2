// What one package's row says.

/** Exit status of dkms for a package that leaves the kernel out (dkms, do_build). */
const LEFT_OUT = 77

export const dkmsWord = ({ status }) => (status === 0 ? 'builds' : status === LEFT_OUT ? 'leaves it out' : 'fails')

/** What the gate says of the build alone: whatever the boot then shows is no business of dkms. */
export function gateWord({ stages, verdict }) {
  const outcome = stages.find(({ stage }) => stage === 'build')?.outcome
  return { pass: 'builds', skip: 'leaves it out', fail: 'fails' }[outcome] ?? `no answer (${verdict})`
}

/** What became of the modules in the guest. */
export function guestWord({ steps, stages }) {
  const boot = stages.find(({ stage }) => stage === 'boot')?.outcome
  if (steps.length === 0) return boot === undefined || boot === 'skipped' ? '–' : `no step (${boot})`
  const bad = steps.find(({ outcome }) => outcome !== 'ok')
  return bad === undefined ? `${steps.filter(({ kind }) => kind === 'load').length} loaded and unloaded` : `${bad.kind} of ${bad.module}: ${bad.outcome}, ${bad.message.trim().split('\n').at(-1) ?? ''}`
}

export function agreementOf({ theirs, ours }) {
  return { agrees: dkmsWord(theirs) === gateWord(ours), words: [`dkms ${dkmsWord(theirs)}`, `gate ${gateWord(ours)}`, guestWord(ours), `${ours.verdict} in ${ours.seconds.toFixed(0)} s`, ...ours.findings.filter(({ severity }) => severity !== 'warning').map(({ id, title }) => `${id} ${title}`).slice(0, 2)] }
}
