import type { Btf } from './btf.js'
import { BtfError } from './error.js'
import { type Span, WITH_LAYOUT } from './header.js'
import { MAX_NAME_OFFSET, MAX_TYPE, metaProblem } from './metas.js'
import { rawType } from './raw.js'
import type { BtfKind } from './types.js'

/**
 * Why a kernel would refuse a module with this BTF ("failed to validate module [x] BTF: -22"), as one sentence without its full stop, or nothing.
 * `btf` is the module's, read on the base that it will meet: the running kernel's, or its own distilled one.
 *
 * These are the checks of btf_parse_module (kernel/bpf/btf.c, Linux 7.3), no more and no fewer: the header, the strings, each type by itself
 * and the chains of modifiers. A kernel does not look at what the other references of a module's types lead to: see `referenceProblem`.
 * Older kernels have the same checks, and refuse attribute tags (before 6.14) and layout sections besides.
 */
export function validateSplit(btf: Btf): string | undefined {
  try {
    return headerProblem(btf) ?? stringsProblem(btf) ?? metaProblem(btf) ?? chainProblem(btf)
  } catch (error) {
    if (error instanceof BtfError) return error.message
    throw error
  }
}

/** btf_parse_hdr and btf_check_sec_info: unknown header fields must be zero, and sections must fill the file without gap or overlap. */
function headerProblem({ file: { header, wire }, base }: Btf): string | undefined {
  if (!wire.isZero(WITH_LAYOUT, header.length)) return `the header has fields after its ${WITH_LAYOUT} known bytes`
  if (base === undefined && wire.length === header.length) return 'there is nothing after the header'
  const sections: Span[] = [header.types, header.strings, ...(header.layout === undefined ? [] : [header.layout])]
  sections.sort((a, b) => a.offset - b.offset || a.length - b.length)
  let end = header.length
  for (const { offset, length } of sections) {
    if (offset !== end) return `the section at offset ${offset} does not begin where the one before ends, at ${end}`
    end += length
  }
  if (end !== wire.length) return `there are ${wire.length - end} bytes after the last section`
  if (header.length < WITH_LAYOUT && header.strings.offset + header.strings.length !== wire.length) return 'the strings are not at the end'
  if (header.layout === undefined) return undefined
  if (header.layout.offset % 4 !== header.length % 4) return 'the layout section is not aligned'
  return header.layout.length % 4 === 0 ? undefined : `the layout section has ${header.layout.length} bytes, which are no whole entries`
}

/** btf_parse_str_sec; the zero bytes were checked when the file was read. The kernel's limit on the number of types is that of btf_add_type. */
function stringsProblem({ file: { header }, count }: Btf): string | undefined {
  if (header.strings.length > MAX_NAME_OFFSET + 1) return `${header.strings.length} bytes of strings are more than a kernel takes`
  return count > MAX_TYPE ? `${count} types are more than a kernel takes` : undefined
}

const MODIFIERS: ReadonlySet<BtfKind> = new Set(['typedef', 'const', 'volatile', 'restrict', 'type_tag'])
/** chain_limit of btf_check_modifier_chain_length. */
const LONGEST_CHAIN = 32

/** btf_check_modifier_chain_length: every chain leads to a type within 32 links, where one that was found good already ends the walk. */
function chainProblem(btf: Btf): string | undefined {
  for (const id of btf.ownIds()) {
    let at = id
    for (let links = 0; MODIFIERS.has(btf.kind(at)); links++) {
      if (links === LONGEST_CHAIN) return `type ${id} (${btf.kind(id)}): its chain of typedefs and qualifiers is longer than ${LONGEST_CHAIN} or a loop`
      if (at < id) break
      const next = rawType(btf, at).sizeOrType
      if (next >= btf.count) return `type ${at} (${btf.kind(at)}) refers to type ${next}, there are only ${btf.count}`
      at = next
    }
  }
  return undefined
}
