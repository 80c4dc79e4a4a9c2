import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from '@jest/globals'
import { createHost } from '../../src/host/create-host.js'
import type { Host } from '../../src/host/host.js'
import { quietLog } from '../support/quiet-log.js'

/** Gives directories that are gone after each test. */
export function scratchDirectories(): () => string {
  const made: string[] = []
  afterEach(() => {
    for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true })
  })
  return () => {
    const directory = mkdtempSync(join(tmpdir(), 'cache-test-'))
    made.push(directory)
    return directory
  }
}

/** A folder like a small kit: files, an executable one, an empty and a large one, links that lead nowhere, an empty directory. */
export function fillKit(folder: string): void {
  const files: Readonly<Record<string, string | Buffer>> = { complete: '', 'boot/vmlinuz': Buffer.alloc(3_000_000, 'kernel'), 'usr/bin/conf': '#!/bin/sh\n', 'usr/src/.config': 'CONFIG_A=y\n', 'usr/src/with blank': 'x' }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
    utimesSync(join(folder, name), 1_700_000_000.123, 1_700_000_000.123)
  }
  chmodSync(join(folder, 'usr/bin/conf'), 0o755)
  mkdirSync(join(folder, 'empty'))
  symlinkSync('/usr/src/linux-headers', join(folder, 'usr/build'))
}

/** The real host, with a log that can be read. */
export function testHost(): Host & { readonly lines: string[] } {
  const log = quietLog()
  return { ...createHost(log), lines: log.lines }
}
