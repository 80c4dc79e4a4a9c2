/** Taint flags by bit (Documentation/admin-guide/tainted-kernels.rst; include/linux/panic.h). */
const FLAGS: readonly { readonly letter: string; readonly meaning: string }[] = [
  { letter: 'P', meaning: 'a proprietary module was loaded' },
  { letter: 'F', meaning: 'a module was loaded by force' },
  { letter: 'S', meaning: 'the processor or system is out of specification' },
  { letter: 'R', meaning: 'a module was unloaded by force' },
  { letter: 'M', meaning: 'the processor reported a machine check' },
  { letter: 'B', meaning: 'a bad page or broken memory was found' },
  { letter: 'U', meaning: 'user space asked for the flag' },
  { letter: 'D', meaning: 'the kernel died (oops or BUG)' },
  { letter: 'A', meaning: 'an ACPI table was overridden' },
  { letter: 'W', meaning: 'the kernel warned' },
  { letter: 'C', meaning: 'a staging driver was loaded' },
  { letter: 'I', meaning: 'a severe firmware bug was worked around' },
  { letter: 'O', meaning: 'an out-of-tree module was loaded' },
  { letter: 'E', meaning: 'an unsigned module was loaded' },
  { letter: 'L', meaning: 'a soft lockup occurred' },
  { letter: 'K', meaning: 'the kernel was live patched' },
  { letter: 'X', meaning: 'a flag of the distribution' },
  { letter: 'T', meaning: 'the kernel was built with structure randomisation' },
  { letter: 'N', meaning: 'an in-kernel test was run' },
  { letter: 'J', meaning: 'user space changed device state through fwctl' },
]

/** What any module that was built elsewhere brings along. */
const EXPECTED = 'OE'

/**
 * Flags that are set after and were not before, but for those that every out-of-tree module sets and those in `explained` (letters):
 * `W (the kernel warned)`. Unknown bits go by their number.
 */
export function newTaints(before: number, after: number, explained: string): string[] {
  const bits = BigInt(after) & ~BigInt(before)
  return Array.from({ length: 53 }, (_, bit) => bit)
    .filter((bit) => ((bits >> BigInt(bit)) & 1n) === 1n)
    .map((bit) => FLAGS[bit] ?? { letter: `bit ${bit}`, meaning: 'a flag that this version of kmod-gate does not know' })
    .filter(({ letter }) => letter.length > 1 || !(EXPECTED + explained).includes(letter))
    .map(({ letter, meaning }) => `${letter} (${meaning})`)
}
