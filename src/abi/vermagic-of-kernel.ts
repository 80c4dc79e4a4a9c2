/**
 * The kernel's own vermagic, found in its image: kernel/module/main.c keeps it as a constant string to compare modules with.
 * Its form is that of include/linux/vermagic.h: release, then words, of which mod_unload is on in every kernel that can unload modules.
 */
export function vermagicIn(image: Buffer, release?: string): string | undefined {
  const found = new Set<string>()
  for (let at = image.indexOf(' mod_unload '); at >= 0; at = image.indexOf(' mod_unload ', at + 1)) {
    const start = image.lastIndexOf(0, at) + 1
    const end = image.indexOf(0, at)
    if (end < 0 || end - start > 200) continue
    const text = image.toString('latin1', start, end)
    if (/^\d+\.\d+\S* [\x20-\x7e]*$/.test(text)) found.add(text)
  }
  const known = [...found]
  return release === undefined ? (known.length === 1 ? known[0] : undefined) : known.find((text) => text.startsWith(`${release} `))
}
