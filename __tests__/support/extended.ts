const asked = process.env['KMOD_GATE_EXTENDED']

/** Whether what takes many minutes was asked for, too. */
export const EXTENDED = asked !== undefined

/** Whether even what takes an hour was: every module of every kernel. */
export const EVERYTHING = asked === 'everything'
