/** A bzImage with one setup sector besides the boot sector; offsets from Documentation/arch/x86/boot.rst. */
export function bzImage(payload: Buffer, protocol = 0x020f): Buffer {
  const setup = Buffer.alloc(1024)
  setup.writeUInt8(1, 0x1f1)
  setup.write('HdrS', 0x202)
  setup.writeUInt16LE(protocol, 0x206)
  setup.writeUInt32LE(0, 0x248)
  setup.writeUInt32LE(payload.length, 0x24c)
  return Buffer.concat([setup, payload])
}
