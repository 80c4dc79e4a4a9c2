import { UsageError } from '../model/errors.js'
import { shellWords } from '../text/shell.js'

/** Parameters that say how the guest's init and its two serial ports are found; with others in their place no result would come back. */
const RESERVED = ['rdinit', 'init', 'console', 'panic', 'root', 'initrd', 'quiet', 'loglevel', 'ignore_loglevel']

/** Words of `kernel-args` (Documentation/admin-guide/kernel-parameters.rst). @throws UsageError */
export function parseKernelArgs(value: string, name: string): readonly string[] {
  const words = shellWords(value)
  if (words === undefined) throw new UsageError(name, value, 'A quote is not closed, or a backslash stands at the end.')
  for (const word of words) {
    if (!/^[!-~]+$/.test(word) || word === '--') throw new UsageError(name, word, 'Allowed are kernel parameters such as `slub_debug=FZP` or `module.param=value`, of printable ASCII.')
    if (RESERVED.includes(word.split('=')[0] ?? '')) throw new UsageError(name, word, 'The gate needs that parameter for itself.')
  }
  return words
}
