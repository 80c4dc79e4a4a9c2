import { ElfError, type Section, readSections } from './elf.js'

/**
 * The `key=value` strings of a module's .modinfo section (include/linux/moduleparam.h, __MODULE_INFO), each key with all its values in order.
 * @throws ElfError when the file is no module.
 */
export function readModinfo(file: Buffer): ReadonlyMap<string, readonly string[]> {
  return modinfoOf(readSections(file))
}

/** The same of a file whose sections were read. @throws ElfError */
export function modinfoOf(sections: readonly Section[]): ReadonlyMap<string, readonly string[]> {
  const section = sections.find(({ name }) => name === '.modinfo')
  if (section === undefined) throw new ElfError('.modinfo: the file has no such section, so it is no kernel module')
  const info = new Map<string, string[]>()
  for (const entry of section.data.toString('utf8').split('\0')) {
    const equals = entry.indexOf('=')
    if (equals <= 0) continue
    const key = entry.slice(0, equals)
    const values = info.get(key)
    if (values === undefined) info.set(key, [entry.slice(equals + 1)])
    else values.push(entry.slice(equals + 1))
  }
  return info
}
