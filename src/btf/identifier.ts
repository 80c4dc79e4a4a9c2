import { LONGEST_NAME } from './strings.js'

const LETTERS = String.raw`A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\xff`
const IDENTIFIER = new RegExp(`^[${LETTERS}_.][${LETTERS}0-9_.]*$`)

/** btf_name_valid_identifier of kernel/bpf/btf.c: letters (in Latin-1, as of lib/ctype.c), digits, underscores and dots, no digit first. */
export const isIdentifier = (name: string): boolean => name.length <= LONGEST_NAME && IDENTIFIER.test(name)

/** btf_name_valid_section: printable in the same table. */
export const isSectionName = (name: string): boolean => name.length <= LONGEST_NAME && /^[\x20-\x7e\xa0-\xff]+$/.test(name)
