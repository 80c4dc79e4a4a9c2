import { AGAINST, INPUTS, INPUT_LIST } from '../request/inputs.js'
import { SWITCHES } from './arguments.js'

const WIDTH = 80
const INDENT = ' '.repeat(6)

function wrapped(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line === '' ? word : `${line} ${word}`
    if (INDENT.length + longer.length > WIDTH && line !== '') lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.map((line) => INDENT + line).join('\n')
}

/** The text of --help, made of the table of inputs. */
export function helpText(): string {
  const inputs = [...INPUT_LIST.filter((input) => input !== INPUTS.module), AGAINST].map(({ name, placeholder, description, default: value, many }) => {
    const notes = [...(value === '' ? [] : [`Default: ${value}.`]), ...(many ? ['May be given several times.'] : [])]
    return `  --${name} ${placeholder}\n${wrapped([description.replaceAll('`', ''), ...notes].join(' '))}`
  })
  const switches = Object.entries(SWITCHES).map(([name, description]) => `  --${name}\n${wrapped(description)}`)
  return [
    'Usage: kmod-gate check [MODULE] [--INPUT VALUE]…',
    '       kmod-gate abi FILE.ko… [--kernel KERNEL | --against DIR] [--INPUT VALUE]…',
    '       kmod-gate explain [FILE…]',
    '       kmod-gate boot BUNDLE | kernels SPEC… | verdict DIR   (see --help)',
    '',
    'May this kernel module be released for that kernel? Builds it under the kernel’s',
    'own config, proves that it fits, boots the kernel, loads and unloads it, and says',
    'pass, fail, error or skip. `abi` only proves, for modules that were built already;',
    '`explain` reads a kernel log, a build log or two .config files (or standard',
    'input) and says causes and remedies.',
    '',
    `  MODULE (or --module DIR)\n${wrapped(`${INPUTS.module.description.replaceAll('`', '')} Default: ${INPUTS.module.default}`)}`,
    ...inputs,
    ...switches,
    '',
    'Exit status: 0 pass, or skip (not meant for this kernel); 1 fail; 2 wrong usage;',
    '3 error (it could not be checked).',
    '',
  ].join('\n')
}
