import { hasUsb } from './devices.js'
import { loadOrder } from './load-order.js'
import type { GuestPlan } from './plan.js'
import { mayRunLater } from './runs-later.js'
import { type Scenario, stepSeconds } from './scenario.js'

/** Seconds for devices to show up on the USB, and for drivers to find theirs. */
const USB_WAIT = 8
const BOUND_WAIT = 5

/** What a guest shall do with the modules of a plan. */
export function scenarioOf(plan: GuestPlan): Scenario {
  const given = new Map(plan.preload?.map(({ name, parameters }) => [name.replaceAll('-', '_'), parameters]))
  return {
    preload: plan.dependencies.map(({ name }) => ({ name, parameters: given.get(name) ?? '' })),
    modules: loadOrder(plan.modules).map(({ name }) => ({ name, parameters: plan.parameters?.get(name) ?? '' })),
    ...(plan.test !== undefined && { testSeconds: plan.test.seconds }),
    reloads: plan.reloads ?? 1,
    stepSeconds: stepSeconds(plan.bootTimeout),
    usbSeconds: hasUsb(plan.devices ?? []) ? USB_WAIT : 0,
    boundSeconds: plan.expectBound === true ? BOUND_WAIT : 0,
    network: plan.network ?? false,
    later: plan.modules.some(({ data }) => mayRunLater(data)) || bringsMore(plan),
  }
}

/** Whether a test brings programs or modules of the kernel's own along, which may set something going that shows itself when the modules are gone. */
function bringsMore({ testFiles = [], spare = [] }: GuestPlan): boolean {
  return testFiles.length > 0 || spare.length > 0
}
