import { VERSION } from '../version.js'

/** How the gate calls itself. */
export const TOOL = `kmod-gate ${VERSION}`
/** Where a defect of the gate itself is reported. */
export const ISSUES = 'https://github.com/kmod-gate/kmod-gate/issues'
