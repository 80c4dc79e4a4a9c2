/** A module in the guest, with its parameters as one string in the kernel's syntax: `devices=2 name="a b"`. */
export interface ScenarioModule {
  /** The kernel's name. */
  readonly name: string
  readonly parameters: string
}

/** What the guest shall do. */
export interface Scenario {
  /** Loaded once, before anything is judged, in this order. */
  readonly preload: readonly ScenarioModule[]
  /** The user's own, in load order. */
  readonly modules: readonly ScenarioModule[]
  /** Seconds that the user's test may take; absent without a test. */
  readonly testSeconds?: number
  /** How often load, test and unload are gone through. */
  readonly reloads: number
  /** Seconds that one insmod or rmmod may take. */
  readonly stepSeconds: number
  /** Seconds to wait for a USB device to show up, before the baseline; 0 when none is attached. */
  readonly usbSeconds: number
  /** Seconds to wait for a device to be bound after loading. */
  readonly boundSeconds: number
  /** Configure the first network interface before the baseline, and again before each test. */
  readonly network: boolean
  /** Something of what was loaded or tested may still run after it was unloaded. */
  readonly later: boolean
}

/** One thing that init does. */
export type GuestAction =
  | { readonly do: 'load'; readonly module: string; readonly parameters: string; readonly own: boolean; readonly cycle: number; readonly seconds: number }
  | { readonly do: 'wait-usb'; readonly seconds: number }
  | { readonly do: 'network' }
  /** From here on everything counts: log, taint, what is listed in /sys and /proc. */
  | { readonly do: 'baseline' }
  | { readonly do: 'bound'; readonly modules: readonly string[]; readonly cycle: number; readonly seconds: number }
  | { readonly do: 'test'; readonly cycle: number; readonly seconds: number }
  | { readonly do: 'unload'; readonly module: string; readonly cycle: number; readonly seconds: number }
  /** List /sys and /proc again; before, give timers and threads that should not be there some time to show themselves. */
  | { readonly do: 'settle'; readonly milliseconds: number }

/** Milliseconds since the last step after which a timer or thread that was left has shown itself in the log. */
const SETTLE = 1050

/** The scenario as the list of what init does, in order. */
export function actionsOf({ preload, modules, testSeconds, reloads, stepSeconds, usbSeconds, boundSeconds, network, later }: Scenario): GuestAction[] {
  const names = modules.map(({ name }) => name)
  const online: GuestAction[] = network ? [{ do: 'network' }] : []
  const cycle = (number: number): GuestAction[] => [
    ...modules.map(({ name, parameters }): GuestAction => ({ do: 'load', module: name, parameters, own: true, cycle: number, seconds: stepSeconds })),
    { do: 'bound', modules: names, cycle: number, seconds: boundSeconds },
    ...(testSeconds === undefined ? [] : [...online, { do: 'test', cycle: number, seconds: testSeconds } as const]),
    ...[...names].reverse().map((module): GuestAction => ({ do: 'unload', module, cycle: number, seconds: stepSeconds })),
  ]
  return [
    ...preload.map(({ name, parameters }): GuestAction => ({ do: 'load', module: name, parameters, own: false, cycle: 0, seconds: stepSeconds })),
    ...(usbSeconds > 0 ? [{ do: 'wait-usb', seconds: usbSeconds } as const] : []),
    ...online,
    { do: 'baseline' },
    ...Array.from({ length: reloads }, (_, i) => cycle(i + 1)).flat(),
    { do: 'settle', milliseconds: later ? SETTLE : 0 },
  ]
}

const LONGEST_STEP = 30
const SHORTEST_STEP = 5

/** Seconds that one insmod or rmmod may take: half of boot-timeout at most, so that a step that hangs is told as what it is before the whole time is over. */
export function stepSeconds(bootTimeout: number): number {
  return Math.min(LONGEST_STEP, Math.max(SHORTEST_STEP, Math.floor(bootTimeout / 2)))
}
