import type { Cause } from './cause.js'
import { COMPILER, UNKNOWN } from './compiler.js'
import { FORMAT } from './format.js'
import { KBUILD } from './kbuild.js'
import { LOADER } from './loader.js'
import { START } from './start.js'
import { SYMBOLS } from './symbols.js'
import { TOOLS } from './tools.js'
import { TRUST } from './trust.js'

/** All causes. Of rows that match the same line the first counts. */
export const CAUSES: readonly Cause[] = [...FORMAT, ...SYMBOLS, ...TRUST, ...START, ...LOADER, ...COMPILER, ...TOOLS, ...KBUILD, ...UNKNOWN]
