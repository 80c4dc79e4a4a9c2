// Which kernels are tried on which modules, in which container, and what has to come of it.

const HELLO = { name: 'examples/hello', args: ['hello'] }
const inTree = (folder, option) => ({ name: folder.split('/').at(-1), args: ['--in-tree', folder, '--options', `${option}=m`] })
const ETAS = inTree('drivers/net/can/usb/etas_es58x', 'CONFIG_CAN_ETAS_ES58X')
/** Debian's 5.10 has no etas_es58x, which came with 5.13; this one it has and leaves off. */
const CC770 = inTree('drivers/net/can/cc770', 'CONFIG_CAN_CC770')

/** The guard's verdict on a driver whose subsystem the cloud flavours leave out. */
const CLOUD = { verdict: 'fail', finding: 'config.option-refused', why: 'CONFIG_CAN is off in the cloud flavours, so the driver cannot be turned on' }
const PASS = { verdict: 'pass' }

/** The guard's verdict where the container's tools have moved on since the kernel was built. */
const MOVED_ON = { verdict: 'fail', finding: 'config.tool-version', why: 'sid has another revision of gcc-16 and newer binutils by now than those that experimental’s kernel was configured with' }

/** Rows of one container: each spec with both modules. `hello`, `etas`: what the two come to. */
const rows = (suite, specs) => specs.flatMap(({ spec, driver = ETAS, hello = PASS, etas = hello }) => [
  { suite, spec, module: HELLO, expect: hello },
  { suite, spec, module: driver, expect: etas },
])

/**
 * Rows in the order of the table. rt before 7.x are releases whose packages, and whose source package, the archive still has; `=VERSION` and the like would change with each update of
 * the suite, so most specs are those that a user would write.
 */
export const ROWS = [
  ...rows('bookworm', [{ spec: '6.1.0-50-rt-amd64' }]),
  ...rows('trixie', [{ spec: '6.12.111+deb13-rt-amd64' }]),
  ...rows('bookworm', [{ spec: 'default' }, { spec: 'cloud/default', etas: CLOUD }, { spec: 'bookworm-backports' }]),
  ...rows('trixie', [{ spec: 'default' }, { spec: 'cloud/default', etas: CLOUD }, { spec: 'trixie-backports/7.2' }, { spec: 'trixie-backports/7.3' }]),
  ...rows('bullseye', [{ spec: 'default', driver: CC770 }, { spec: '5.10.0-43-rt-amd64', driver: CC770 }]),
  ...rows('sid', [{ spec: 'default' }, { spec: 'experimental', hello: MOVED_ON }]),
  { suite: 'trixie', spec: 'trixie:arm64', module: HELLO, expect: PASS },
]

/** One word for a row, for --only and for the table. */
export const keyOf = ({ suite, spec, module }) => `${suite}:${spec}:${module.name}`
