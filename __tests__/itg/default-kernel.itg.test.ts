import { describe, expect, test } from '@jest/globals'
import { defaultRelease } from '../support/apt-oracle.js'
import { checkout, gateStep, preparedRoot } from '../support/gate.js'
import { guestSteps, threeTimes, weighty } from '../support/report-file.js'
import type { Suite } from '../support/roots.js'

const ETAS = { 'in-tree': 'drivers/net/can/usb/etas_es58x', options: 'CONFIG_CAN_ETAS_ES58X=m' }

describe.each<Suite>(['bookworm', 'trixie'])('default kernel of %s', (suite) => {
  test('examples/hello passes in a bare root, as a step of a container job', async () => {
    const { root, first } = await preparedRoot(suite)
    expect([first.outputs['verdict'], first.status, weighty(first.report)]).toEqual(['pass', 0, []])
    expect(first.outputs['kernel-release']).toBe(await defaultRelease(root, 'amd64'))
    expect(first.outputs['package-version']).toMatch(/^\d+\.\d+/)
    expect(JSON.parse(first.outputs['modules'] ?? '')).toHaveLength(1)
    expect(first.outputs['config-delta']).toBe('0')
    expect(guestSteps(first.report)).toEqual(threeTimes('load hello ok', 'unload hello ok'))
    expect(first.report?.guest).toMatchObject({ release: first.outputs['kernel-release'], end: 'completed', acceleratorReason: expect.stringMatching(/\w/) })
    const [proof] = first.report?.proof?.modules ?? []
    expect(proof).toMatchObject({ module: 'hello', typesFrom: 'DWARF', structModule: 'matches', differences: [], shifted: [], gaps: [] })
    expect(proof?.types.compared).toBeGreaterThan(100)
    expect([proof?.types.identical, proof?.symbols.provided, proof?.symbols.crcsEqual]).toEqual([proof?.types.compared, proof?.symbols.imported, (proof?.symbols.imported ?? 0) + 1])
    expect(first.report).toMatchObject({ schemaVersion: 1, tool: { name: 'kmod-gate' } })
    expect(first.leftovers).toEqual([])
  }, 600_000)

  test('says it: groups for the stages, a summary of one screen, no annotations, nothing exported', async () => {
    const { first } = await preparedRoot(suite)
    expect(first.groups.length).toBeGreaterThanOrEqual(6)
    expect(first.annotations).toEqual([])
    expect(first.exported).toEqual({})
    expect(first.summary).toContain(first.outputs['kernel-release'])
    expect(first.summary.split('\n').length).toBeLessThan(50)
  }, 600_000)

  test('the in-tree driver etas_es58x passes, loaded with its dependencies', async () => {
    const { root } = await preparedRoot(suite)
    checkout(root)
    // The kernel's whole source is fetched, unpacked and prepared for it.
    const step = await gateStep(root, ETAS, { timeout: 540 })
    expect([step.outputs['verdict'], step.status, weighty(step.report)]).toEqual(['pass', 0, []])
    const steps = guestSteps(step.report)
    expect(steps).toEqual(expect.arrayContaining(['load usbcore ok', 'load can_dev ok', 'load crc16 ok', 'load etas_es58x ok', 'unload etas_es58x ok']))
    expect(steps.indexOf('load etas_es58x ok')).toBeGreaterThan(steps.indexOf('load usbcore ok'))
  }, 600_000)
})
