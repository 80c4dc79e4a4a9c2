import type { CodePlace, KernelMember, RefusedRelocation, Writer } from './report.js'

const hex = (value: bigint | number): string => `0x${value.toString(16)}`
const at = (place: CodePlace): string => `${place.function}+${hex(place.offset)}`

/** What the autopsy found, in sentences that make sense without the log. */
export function autopsySentences(module: string, relocation: RefusedRelocation, member: KernelMember | undefined, writer: Writer | undefined): string[] {
  const { section, entry, symbol, target, offset, found, address, inFile } = relocation
  const inStruct = target === '.gnu.linkonce.this_module'
  return [
    `The kernel refused entry ${entry} of ${section}: the address of \`${symbol}\` was to be written at offset ${offset} (${hex(offset)}) of ${inStruct ? 'struct module' : target}, and that place was not empty.`,
    ...(member === undefined ? [] : [memberSentence(module, relocation, member)]),
    `It held ${hex(found)}${found === address ? ', its own address, as the head of an empty list does' : ''}.`,
    writer === undefined
      ? 'Who had written that was not seen.'
      : `It was written by ${at(writer)} in the kernel${writer.caller === undefined ? '' : `, called from ${at(writer.caller)}`}${writer.value === found ? '' : ` (as ${hex(writer.value)})`}.`,
    ...(inFile ? [`${module}’s file itself holds that there, where relocations leave zeros: it was changed after it was built, or made by something other than the kernel’s build.`] : []),
    ...(inStruct && !inFile ? ['So kernel and module have two ideas of struct module: the module was compiled under another configuration, or with other headers, than the kernel.'] : []),
  ]
}

function memberSentence(module: string, { offset }: RefusedRelocation, { name, offset: start, meant }: KernelMember): string {
  const keeps = start === offset ? `keeps \`${name}\` there` : `keeps \`${name}\` there, from ${hex(start)} on`
  if (meant === undefined || meant.offset === offset) return `The kernel ${keeps}.`
  const moved = meant.offset - offset
  return `The kernel ${keeps}; it has \`${meant.name}\` at ${meant.offset} (${hex(meant.offset)}), ${Math.abs(moved)} bytes ${moved > 0 ? 'further on' : 'before'}. ${module} was compiled with ${moved > 0 ? 'less' : 'more'} in front of it.`
}
