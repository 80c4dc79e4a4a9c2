// docs/abi-table.md is made of parts, one for each kernel and one for the third-party modules; each script replaces its own.
import { existsSync, readFileSync } from 'node:fs'

const HEAD = `# The proof against the kernel

Made by \`scripts/abi-table.mjs\` and \`scripts/abi-dkms.mjs\` from real runs; not written by hand. Every row of the first tables is a module that was built by the
kernel's own build system, proven by \`kmod-gate abi\`, and then **loaded all the same** in that kernel under QEMU.

- The kernel: *good*: it loads and unloads the module, the module finds the values where it looks for them, and there is no complaint. *forced*: the same, but the
  kernel has marked itself as tainted by a forced load. *refused*: the load fails. *broken*: it loads, and then oopses or reads a wrong field (the modules compare what
  they read with what the kernel says through a function).
- The proof: *clean*, *fault*, *warned* (told, without weight), or *not all proven*: it says what it could not look at, which fails with \`abi: require\`. A module
  without debug information keeps its secrets.
- They *agree* when the proof finds no fault where the kernel is content, is not clean where it is not, and both do what the case in
  \`scripts/abi-table/cases.mjs\` expects. The scripts end with status 1 when a row does not agree.
`

const ORDER = ['6.1', '7.3', 'dkms']

/** The whole document with these parts (`{ kernel, text }`) replaced. */
export function page(file, parts) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const sections = ORDER.flatMap((name) => {
    const marks = [`<!-- part ${name} -->`, `<!-- end ${name} -->`]
    const fresh = parts.find(({ kernel }) => kernel === name)?.text
    const start = before.indexOf(marks[0])
    const kept = start < 0 ? undefined : before.slice(start + marks[0].length, before.indexOf(marks[1])).trim()
    const text = fresh?.trim() ?? kept
    return text === undefined ? [] : [`${marks[0]}\n\n${text}\n\n${marks[1]}`]
  })
  return `${[HEAD.trim(), ...sections].join('\n\n')}\n`
}
