import { Btf } from './btf.js'

/**
 * Reads a module's `.BTF` whose ids and strings go on from its own `.BTF.base`, which resolve_btfids distils for external modules since Linux 6.11
 * (btf__distill_base in tools/lib/bpf/btf.c): only what the module refers to, each type by its name and size.
 * @throws BtfError as `Btf.read` does.
 */
export function readSplit(data: Uint8Array, { distilled }: { readonly distilled: Uint8Array }): Btf {
  return Btf.read(data, { base: Btf.read(distilled, { distilled: true }) })
}

/** Whether a type is from a distilled base: a struct, union or enum without members there has any members in truth. @throws BtfError when there is no such type. */
export function isDistilled(btf: Btf, id: number): boolean {
  return id !== 0 && btf.ownerOf(id).distilled
}
