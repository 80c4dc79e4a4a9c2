/** Whether what takes many minutes on top is asked for. */
export const EXTENDED = process.env['KMOD_GATE_EXTENDED'] !== undefined
