import type { Finding } from '../model/finding.js'

/** A finding of the proof, before it is known in which stage it is told. */
export type Problem = Omit<Finding, 'stage'>

/** A CRC as Module.symvers writes it. */
export function hex(crc: number): string {
  return `0x${crc.toString(16).padStart(8, '0')}`
}
