import { unquote, type ConfigMap } from '../kconfig/parse.js'

/** What make's CC= must be so that Kconfig finds the target's compiler: the first word of CC_VERSION_TEXT; `gcc` where there is none. */
export function compilerName(config: ConfigMap): string {
  const word = unquote(config.get('CC_VERSION_TEXT') ?? '').split(' ')[0] ?? ''
  if (word === '' || !/^[\w.+-]+$/.test(word)) return 'gcc'
  return word
}

/** Debian's package of a compiler: `x86_64-linux-gnu-gcc-14` and `gcc-14` are both in gcc-14. */
export function compilerPackage(name: string): string {
  return /(?:gcc|clang)(?:-[\d.]+)?$/.exec(name)?.[0] ?? name
}
