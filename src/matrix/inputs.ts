import type { Input } from '../request/input.js'
import { text } from '../request/values.js'

/** Every input of the action `kernels`; the command line has the same. */
export const KERNELS_INPUTS = {
  kernels: {
    name: 'kernels',
    description:
      'The kernels, one on each line or separated by blanks: `default`, a suite (`trixie`, `trixie-backports`, `sid`, `kali-rolling`), a flavour of it (`bookworm/cloud`, `trixie/rt`), its newest releases (`trixie/latest-3`, `bookworm/6.1/latest-2`), a series (`6.12`), a release (`6.1.0-56-amd64`) or a package version (`=6.1.192-2`). A `?` at the end makes one advisory. `#` begins a remark.',
    default: 'default',
    placeholder: 'SPEC',
    many: true,
    parse: text,
  },
  advisory: {
    name: 'advisory',
    description: 'Further kernels, written the same way, whose failure does not keep the module from being released.',
    default: '',
    placeholder: 'SPEC',
    many: true,
    parse: text,
  },
} as const satisfies Record<string, Input<string>>

export const KERNELS_OUTPUTS = {
  matrix: 'Value for `strategy.matrix`, by `fromJSON`: jobs with `kernel`, `image`, `flavour`, `label`, `required`, `version`, `suite` and `spec`.',
  count: 'How many jobs there are.',
} as const
