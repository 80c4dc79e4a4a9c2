import { readFileSync, readdirSync } from 'node:fs'
import { parseStanzas, type Stanza } from '../../src/kernel/stanzas.js'

const DIRECTORY = '__tests__/fixtures/matrix/archive'

/** Kernel packages of Debian's suites on one day, as its indices said; older ABIs and fields that nobody reads are left out. */
export const RECORDED: ReadonlyMap<string, readonly Stanza[]> = new Map(
  readdirSync(DIRECTORY).map((file) => [file.replace(/\.txt$/, ''), parseStanzas(readFileSync(`${DIRECTORY}/${file}`, 'utf8'))]),
)
