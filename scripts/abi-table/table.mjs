// Rows to Markdown.

const KERNEL = { good: 'good', refused: 'refused', forced: 'forced', broken: 'broken', none: 'not known' }
const PROOF = { clean: 'clean', warned: 'warned', gap: 'not all proven', fault: 'fault', none: 'no answer' }

/** `results`: `{ row, proof, kernel, agrees }`. */
export function markdownOf(kernel, results) {
  return [
    `## ${kernel.release} (${kernel.version}), ${kernel.modversions ? 'with' : 'without'} MODVERSIONS`,
    '',
    '| case | how it was made | what the proof says | what the kernel does | agree |',
    '|---|---|---|---|---|',
    ...results.map(({ row, proof, kernel: seen, agrees }) => `| ${cells([row.title, row.how, saying(proof), `**${KERNEL[seen.outcome]}**: ${seen.line}`, agrees ? 'yes' : '**NO**']).join(' | ')} |`),
    '',
  ].join('\n')
}

/** The gap that every module of a kernel has (no CRCs without MODVERSIONS) is a note, and left out. */
function saying({ verdict, findings: all }) {
  const findings = all.filter(({ id, severity }) => !(id === 'abi.gap' && severity === 'note'))
  const shown = findings.slice(0, 3).map(({ id, title }) => `\`${id}\` ${title}`)
  const more = findings.length > 3 ? [`and ${findings.length - 3} more`] : []
  return [`**${PROOF[verdict]}**`, ...shown, ...more].join('; ')
}

/** Third-party modules: `{ kernel, name, version, files, failed, proof }`. */
export function dkmsMarkdown(rows) {
  return [
    '## Third-party modules, built as their `dkms.conf` says',
    '',
    'Debian’s `*-dkms` packages; debug information kept. All that build must be clean.',
    '',
    '| kernel | package | modules | what the proof says | seconds |',
    '|---|---|---|---|---|',
    ...rows.map(({ kernel, name, version, files, failed, proof }) => {
      const said = failed === undefined ? [String(files.length), saying(proof), proof.seconds.toFixed(1)] : ['0', `does not build: ${failed}`, '']
      return `| ${cells([kernel.release, `${name} ${version}`, ...said]).join(' | ')} |`
    }),
    '',
  ].join('\n')
}

/** Text from compilers and kernels stays text: no markup, no end of the cell, addresses and times cut. */
export function cells(texts) {
  return texts.map((text) =>
    text
      .replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ')
      .replaceAll('|', '\\|')
      .replaceAll('<', '&lt;')
      .replaceAll(/\b(?:0x)?[0-9a-f]{16}\b/g, '…')
      .slice(0, 420),
  )
}
