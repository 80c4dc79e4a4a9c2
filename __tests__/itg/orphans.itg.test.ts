import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { checkout, gateCli, moduleFolder, preparedRoot } from '../support/gate.js'

// Starts the gate, waits for its QEMU, kills the gate the hard way.
const KILLER = `#!/bin/sh
"$@" > /tmp/killed.log 2>&1 & gate=$!
i=0
until grep -lsq '^qemu-system' /proc/[0-9]*/comm; do
  kill -0 $gate 2> /dev/null || { cat /tmp/killed.log; exit 91; }
  i=$((i + 1))
  [ $i -lt 1800 ] || exit 92
  sleep 0.1
done
sleep 1
kill -KILL $gate
wait $gate
exit 90
`

test('QEMU does not outlive a gate that was killed with SIGKILL', async () => {
  const { root } = await preparedRoot('trixie')
  checkout(root, moduleFolder('hang'), 'hang')
  writeFileSync(join(root, 'usr/local/bin/kill-when-booting'), KILLER, { mode: 0o755 })
  const ended = await gateCli(root, ['check', 'hang', '--boot', 'tcg'], { through: ['/usr/local/bin/kill-when-booting'] })
  expect({ status: ended.status, output: ended.output }).toMatchObject({ status: 90 })
  expect(ended.leftovers).toEqual([])
}, 300_000)
