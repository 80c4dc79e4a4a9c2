import type { Architecture } from '../architecture/architecture.js'
import { unquote, type ConfigMap } from '../kconfig/parse.js'

/**
 * What make's CC= must be so that Kconfig finds the target's compiler: the first word of CC_VERSION_TEXT; `gcc` where there is none. `cross`: the target's
 * architecture, when it is not the machine's; a kernel that was built on its own (6.1) then names a compiler that has another name here.
 */
export function compilerName(config: ConfigMap, cross?: Architecture): string {
  const word = unquote(config.get('CC_VERSION_TEXT') ?? '').split(' ')[0] ?? ''
  const name = word === '' || !/^[\w.+-]+$/.test(word) ? 'gcc' : word
  return cross !== undefined && name.startsWith('gcc') ? `${cross.crossPrefix}${name}` : name
}

/** Debian's package of a compiler: `x86_64-linux-gnu-gcc-14` and `gcc-14` are both in gcc-14. One that compiles for another architecture has a package of its own. */
export function compilerPackage(name: string, cross?: Architecture): string {
  const plain = /(?:gcc|clang)(?:-[\d.]+)?$/.exec(name)?.[0] ?? name
  return cross !== undefined && name.startsWith(cross.crossPrefix) ? `${plain}-${cross.crossPackages}` : plain
}
