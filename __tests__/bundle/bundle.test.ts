import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { BtfType } from '../../src/btf/types.js'
import { type BundleParts, writeBundle } from '../../src/bundle/bundle.js'
import { gdbScript, modulePlaces } from '../../src/bundle/gdb-script.js'
import { portableArgs } from '../../src/bundle/qemu-args.js'
import { textLayout } from '../../src/bundle/text-layout.js'
import { qemuArgs } from '../../src/guest/qemu-args.js'
import { type ElfFile, type Section, SHT } from '../../src/elf/elf.js'
import { runProcess } from '../support/run-process.js'

const MACHINE = qemuArgs({ type: 'q35', accelerator: 'kvm', kernel: '/cache/vmlinux', initramfs: '/scratch/initramfs.cpio', memory: 512, cpus: 2, results: '/tmp/kmod-gate-x/results', devices: ['edu'], network: false, kernelArgs: ['quiet', "x='a b'"] })

describe('QEMU’s arguments', () => {
  const { args, append } = portableArgs(MACHINE)

  test('lose the paths of the machine that they come from', () => {
    expect(args.join(' ')).not.toContain('/')
    expect(args).toContain('file,id=results,path=results.txt')
    expect(append).toContain("x='a b'")
  })

  test('keep the machine, its memory, its processors and its devices', () => {
    expect(args.join(' ')).toMatch(/-machine q35.* -m 512 -smp 2 .*-device edu/)
  })

  test('lose what `run` decides', () => {
    for (const option of ['-kernel', '-initrd', '-append', '-accel', '-cpu']) expect(args).not.toContain(option)
    expect(portableArgs(['-S', '-s', '-enable-kvm', '-gdb', 'tcp::1', '-nographic']).args).toEqual(['-nographic'])
  })
})

function section(index: number, name: string, type: number, data: Buffer, more: Partial<Section> = {}): Section {
  return { index, name, type, flags: 6, address: 0n, size: data.length, link: 0, info: 0, addralign: 16, entsize: 0, compressed: false, data, ...more }
}

test('code is laid out as the kernel does: by alignment, what is freed after init apart', () => {
  const symbol = Buffer.alloc(48)
  symbol.writeUInt32LE(1, 24)
  symbol.writeUInt16LE(5, 30)
  symbol.writeBigUInt64LE(8n, 32)
  const sections = [
    section(0, '', SHT.null, Buffer.alloc(0), { flags: 0 }),
    section(1, '.text', 1, Buffer.alloc(20)),
    section(2, '.data', 1, Buffer.alloc(20), { flags: 3 }),
    section(3, '.exit.text', 1, Buffer.alloc(5), { addralign: 1 }),
    section(4, '.init.first', 1, Buffer.alloc(3)),
    section(5, '.init.text', 1, Buffer.alloc(24)),
    section(6, '.text.unlikely', 1, Buffer.alloc(1)),
    section(7, '.symtab', SHT.symtab, symbol, { flags: 0, link: 8 }),
    section(8, '.strtab', SHT.strtab, Buffer.from('\0init_module\0'), { flags: 0 }),
  ]
  const elf: ElfFile = { bits: 64, bigEndian: false, type: 1, machine: 62, flags: 0, sections, extendedNumbering: false }
  expect(textLayout(elf)).toEqual({
    core: [{ name: '.text', offset: 0 }, { name: '.exit.text', offset: 20 }, { name: '.text.unlikely', offset: 32 }],
    init: [{ name: '.init.first', offset: 0 }, { name: '.init.text', offset: 16 }],
    initModule: 24,
  })
})

describe('gdb’s script', () => {
  const layout = { core: [{ name: '.text', offset: 0 }, { name: '.x; shell rm', offset: 0 }], init: [{ name: '.init.text', offset: 0 }], initModule: 16 }

  test('knows a module by the words of its name, and names the addresses of its sections', () => {
    const script = gdbScript([{ name: 'abi_hello', layout }], { name: 24, text: 320, init: 312 }, 'q35')
    expect(script).toContain('if *(unsigned long *)($rdi + 24) == 0x6c6c65685f696261 && *(unsigned short *)($rdi + 32) == 0x6f\n')
    expect(script).toContain('set $kg_init = *(unsigned long *)($rdi + 312) - 16\n')
    expect(script).toContain('add-symbol-file modules/abi_hello.ko -s .text $kg_text+0 -s .init.text $kg_init+0\n')
    expect(script).not.toContain('shell')
  })

  test('no name becomes a command', () => {
    expect(gdbScript([{ name: 'a\nshell rm -rf .', layout }], { name: 24, text: 320, init: 312 }, 'q35')).not.toContain('shell')
    expect(gdbScript([{ name: 'a', layout }], undefined, 'q35')).not.toContain('add-symbol-file')
  })

  test.each([['core_layout', 320], ['mem', 336]])('the address of code is in %s', (member, offset) => {
    const struct: BtfType = { id: 1, name: 'module', kind: 'struct', size: 896, members: [['name', 24], ['init', 312], [member, offset]].map(([name, at]) => ({ name: String(name), type: 2, bitOffset: Number(at) * 8, bitSize: 0 })) }
    expect(modulePlaces({ type: () => struct, named: () => [1] })).toEqual({ name: 24, init: 312, text: offset })
    expect(modulePlaces({ type: () => struct, named: () => [] })).toBeUndefined()
  })
})

describe('the folder', () => {
  let dir = ''
  const at = (...names: string[]) => join(dir, ...names)
  const parts = (): BundleParts => ({ release: '6.1.0-56-amd64', machine: 'q35', kernel: at('vmlinuz'), initramfs: Buffer.from('070701…'), modules: [{ name: 'hello', data: Buffer.from('no ELF') }], qemuArgs: MACHINE, report: '{"verdict":"fail"}\n', seconds: 5, reproduce: 'kmod-gate check hello' })

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kmod-gate-test-'))
    await writeFile(at('vmlinuz'), 'a kernel')
    await writeBundle(at('bundle'), parts())
  })
  afterEach(() => rm(dir, { recursive: true, force: true }))

  /** A stand-in for QEMU that writes what the guest would have. */
  async function run(results: string, args: readonly string[] = [], qemu = `echo "console $*"; printf '%s' "$RESULTS" > results.txt`) {
    await mkdir(at('bin'), { recursive: true })
    for (const tool of ['setpriv', 'dirname']) await symlink(`/usr/bin/${tool}`, at('bin', tool)).catch(() => undefined)
    if (qemu !== '') {
      await writeFile(at('bin/qemu-system-x86_64'), `#!/bin/sh\n${qemu}\n`)
      await chmod(at('bin/qemu-system-x86_64'), 0o755)
    }
    await mkdir(at('elsewhere with blank'), { recursive: true })
    await cp(at('bundle'), at('elsewhere with blank/b'), { recursive: true })
    return runProcess([at('elsewhere with blank/b/run'), ...args], { timeout: 30, cwd: '/', env: { PATH: qemu === '' ? at('bin') : `${at('bin')}:/usr/bin:/bin`, RESULTS: results } })
  }
  const b64 = (text: string) => Buffer.from(text).toString('base64')

  test('holds everything, and no path of the machine', async () => {
    expect((await readdir(at('bundle'))).sort()).toEqual(['README.txt', 'gdb.script', 'initramfs.cpio.gz', 'kernel', 'modules', 'report.json', 'run', 'symbols.cpio'])
    expect((await stat(at('bundle/run'))).mode & 0o111).toBe(0o111)
    expect(gunzipSync(await readFile(at('bundle/initramfs.cpio.gz'))).toString()).toBe('070701…')
    expect((await readFile(at('bundle/symbols.cpio'))).length % 512).toBe(0)
    for (const name of ['run', 'README.txt', 'gdb.script']) expect(await readFile(at('bundle', name), 'utf8')).not.toMatch(/\/cache|\/scratch\/|kmod-gate-x/)
  })

  test('a refused load: status 1, and the kernel’s answer in words', async () => {
    const { status, stdout } = await run(`abc up 6.1.0-56-amd64\nabc end load 1 hello 8 refused 5 - ${b64('insmod: invalid \u001b[31mmodule format')}\nabc done\n`)
    expect([status, stdout.split('\n').at(-2)]).toEqual([1, 'load hello (cycle 1): refused insmod: invalid [31mmodule format'])
  })

  test('a test that failed: status 1', async () => {
    const { status, stdout } = await run('abc end load 1 hello 0 ok 5 - \nabc tested 1 3 failed 9 0 0 x x\nabc done\n')
    expect(status).toBe(1)
    expect(stdout).toContain('test (cycle 1): failed, status 3')
  })

  test('all well: status 0; a guest that did not come to its end: 3', async () => {
    expect((await run('abc end load 1 hello 0 ok 5 - \nabc done\n')).status).toBe(0)
    expect((await run('abc end load 1 hello 0 ok 5 - \n')).status).toBe(3)
    expect((await run('', [], 'exit 1')).status).toBe(3)
  })

  test('TCG unless KVM is asked for; the arguments are those of the run', async () => {
    const { stdout } = await run('abc done\n')
    expect(stdout).toContain('-accel tcg -cpu max,la57=off -kernel kernel')
    expect(stdout).toContain("quiet x='a b'")
    expect(stdout).toContain('-initrd initramfs.cpio.gz')
  })

  test('it has a deadline', async () => {
    const { status, stdout, seconds } = await run('', ['--seconds', '1'], 'exec sleep 20')
    expect([status, seconds < 10]).toEqual([3, true])
    expect(stdout).toContain('QEMU ended with status 124')
  })

  test('without QEMU it says which package to install', async () => {
    const { status, stderr } = await run('', [], '')
    expect([status, stderr]).toEqual([3, expect.stringMatching(/^qemu-system-x86_64 is not installed\. Debian, Ubuntu: apt-get install qemu-system-x86;/)])
  })

  test.each([[['--what']], [['--seconds']], [['--seconds', '1x']]])('%j is wrong usage', async (args) => {
    expect((await run('', args)).status).toBe(2)
  })

  test('--gdb asks the kernel for its symbols once, then starts stopped', async () => {
    const { stdout } = await run('set $load_module = 0x1\n', ['--gdb'])
    expect(stdout).toMatch(/Asking the kernel for its symbols[^]*The guest waits for gdb[^]*-S -chardev socket,id=gdb,path=gdb\.socket,server=on,wait=off/)
    expect(await readFile(at('elsewhere with blank/b/kernel-symbols.gdb'), 'utf8')).toBe('set $load_module = 0x1\n')
  })
})
