import { type Cause, said } from './cause.js'

const CURRENT = 'The kernel’s interface for modules is not fixed: functions are renamed, get other parameters, or go.'

/** Messages of gcc and clang about source that does not fit this kernel (GCC manual, "Warning Options"; clang's diagnostics reference). */
export const COMPILER: readonly Cause[] = [
  {
    id: 'build-undeclared-function', stage: 'build', weight: 'cause', symbol: 'symbol',
    compiler: [/^implicit declaration of function '(?<symbol>\w{1,200})'/, /^call to undeclared function '(?<symbol>\w{1,200})'/],
    title: (groups) => `The headers of this kernel declare no function ${said(groups, 'symbol')}, or the source does not include the right one`,
    explanation: `${CURRENT} Some only moved: a header that was included by way of another no longer is.`,
    remedy: (groups) => `Include the header that declares ${said(groups, 'symbol')} now, or use what has taken its place, with #if LINUX_VERSION_CODE where older kernels must do too.`,
  },
  {
    id: 'build-undeclared-name', stage: 'build', weight: 'cause', symbol: 'symbol', yields: true,
    // After a macro that got the wrong number of arguments gcc also says that its name is not declared.
    compiler: [/^'(?<symbol>\w{1,200})' undeclared\b/, /^use of undeclared identifier '(?<symbol>\w{1,200})'/],
    title: (groups) => `${said(groups, 'symbol')} is not known to this kernel’s headers`,
    explanation: `A constant, a macro or a variable is gone, or its header is not included. ${CURRENT}`,
    remedy: (groups) => `Include the header that defines ${said(groups, 'symbol')} now, or use what has taken its place.`,
  },
  {
    id: 'build-argument-count', stage: 'build', weight: 'cause', symbol: 'symbol',
    compiler: [/^too (?<how>few|many) arguments to function '(?<symbol>\w{1,200})'/, /^too (?<how>few|many) arguments to function call, (?:single argument|expected) /, /^macro "(?<symbol>\w{1,200})" (?:requires|passed) \d{1,4} arguments?, but /, /^too (?<how>few|many) arguments provided to function-like macro invocation/],
    title: (groups) => `${said(groups, 'symbol') || 'A function'} takes another number of arguments in this kernel`,
    explanation: CURRENT,
    remedy: (groups) => `Call ${said(groups, 'symbol') || 'it'} as this kernel declares it, with #if LINUX_VERSION_CODE where older kernels must do too.`,
  },
  {
    id: 'build-unknown-type', stage: 'build', weight: 'cause', symbol: 'symbol',
    compiler: [/^unknown type name '(?<symbol>\w{1,200})'/, /^(?:storage size of '\w{1,200}' isn't known|(?:field|variable|parameter \d+) '?\w{0,200}'? ?(?:\('\w{1,200}'\) )?has (?:incomplete type|initializer but incomplete type))/, /^(?:invalid use of undefined type|invalid application of 'sizeof' to incomplete type|dereferencing pointer to incomplete type|incomplete definition of type|variable has incomplete type) '(?<symbol>(?:struct |union |enum )?\w{1,200})'/],
    title: (groups) => (said(groups, 'symbol') === '' ? 'The type of a variable or member is not defined in this kernel’s headers' : `This kernel’s headers do not define ${said(groups, 'symbol')} here`),
    explanation: `The type is gone, was renamed, or became private to the kernel; or its header is not included. ${CURRENT}`,
    remedy: () => 'Include the header that defines it now, or use the functions that reach what is inside.',
  },
  {
    id: 'build-no-member', stage: 'build', weight: 'cause', symbol: 'member',
    compiler: [/^'(?<struct>(?:const |volatile )?(?:struct |union )?\w{1,200})' has no member named '(?<member>\w{1,200})'/, /^no member named '(?<member>\w{1,200})' in '(?<struct>(?:struct |union )?\w{1,200})'/, /^field designator '(?<member>\w{1,200})' does not refer to any field in type '(?<struct>(?:const )?(?:struct |union )?\w{1,200})'/, /^unknown field '(?<member>\w{1,200})' specified in initializer/],
    title: (groups) => `${said(groups, 'struct') || 'A structure'} has no member ${said(groups, 'member')} in this kernel`,
    explanation: `${CURRENT} Members are kernel matters even more than functions.`,
    remedy: () => 'Look at the structure in this kernel’s headers and use the member, or the function, that has taken its place.',
  },
  {
    id: 'build-incompatible-pointer', stage: 'build', weight: 'cause', symbol: 'symbol',
    compiler: [/^passing argument (?<number>\d{1,4}) of '(?<symbol>\w{1,200})' (?:from incompatible pointer type|makes (?:pointer|integer) from )/, /^(?:initialization of|assignment to) '(?<expected>[^']{1,300})'(?: \{aka '[^']{1,300}'\})? from incompatible pointer type/, /^incompatible (?:function )?pointer types (?:initializing|assigning to) '(?<expected>[^']{1,300})'/, /^incompatible (?:function )?pointer types (?:passing|initializing|assigning)/, /^(?:initialization|assignment|returning '.{1,300}')(?: of '.{1,300}')? (?:makes|from) (?:pointer|integer) (?:from|to)/],
    title: (groups) => (said(groups, 'expected') !== '' ? `This kernel expects another type here: ${said(groups, 'expected')}` : said(groups, 'symbol') === '' ? 'A function or a pointer has another type than this kernel expects' : `${said(groups, 'symbol')} takes another type as argument ${said(groups, 'number')} in this kernel`),
    explanation: `Often a callback whose prototype changed: it gets or returns something else now. Called all the same it would read the wrong registers. ${CURRENT}`,
    remedy: () => 'Give the function the prototype that the note below the message names; do not cast.',
  },
  {
    id: 'build-conflicting-declaration', stage: 'build', weight: 'cause', symbol: 'symbol',
    compiler: [/^conflicting types for '(?<symbol>\w{1,200})'/, /^(?:redefinition|redeclaration) of '(?:struct |union |enum )?(?<symbol>\w{1,200})'/, /^static declaration of '(?<symbol>\w{1,200})' follows non-static declaration/, /^"(?<symbol>\w{1,200})" redefined/, /^redeclaration of enumerator '(?<symbol>\w{1,200})'/],
    title: (groups) => `${said(groups, 'symbol')} is declared by the kernel as well, and otherwise`,
    explanation: 'The source brings its own version of something that this kernel now has (a compatibility layer for older kernels), or means another thing by the same name. Distributions carry newer interfaces back, so a version number alone does not tell.',
    remedy: (groups) => `Define ${said(groups, 'symbol')} only for kernels without it, or rename yours.`,
  },
  {
    id: 'build-host-header', stage: 'build', weight: 'cause',
    compiler: [/^(?<header>(?:libelf|gelf|elf|dwarf|zlib|stdio|stdlib|sys\/types|ncurses|curses)\.h|(?:openssl|elfutils|bpf)\/[\w.-]{1,80}): No such file or directory/, /^'(?<header>(?:libelf|gelf|elf|dwarf|zlib|stdio|stdlib|sys\/types|ncurses|curses)\.h|(?:openssl|elfutils|bpf)\/[\w.-]{1,80})' file not found/],
    build: [/^error: Cannot (?:generate ORC metadata|resolve BTF IDs|use CONFIG_STACK_VALIDATION=y).{0,100}(?:libelf|elfutils)/, /^Makefile:\d{1,6}: \*\*\* "?Cannot generate ORC metadata for CONFIG_UNWINDER_ORC=y.{0,200}libelf/],
    title: (groups) => `A header for the kernel’s build tools is missing${said(groups, 'header') === '' ? ': libelf’s' : `: ${said(groups, 'header')}`}`,
    explanation: 'objtool, modpost and sign-file are programs of the building machine, and need its libraries’ headers.',
    remedy: (groups) => `Install ${HOST_HEADERS.find(([name]) => said(groups, 'header').startsWith(name))?.[1] ?? 'libelf-dev'}.`,
  },
  {
    id: 'build-header-missing', stage: 'build', weight: 'cause', symbol: 'header',
    compiler: [/^(?<header>[\w./+-]{1,200}): No such file or directory/, /^'(?<header>[\w./+-]{1,200})' file not found/],
    title: (groups) => `There is no header ${said(groups, 'header')} where the build looks for it`,
    explanation: 'Headers of the kernel move and go as functions do. A header of the driver itself needs an -I in ccflags-y, with $(src) in front: make runs in the kernel’s tree.',
    remedy: (groups) => `Include what has taken the place of ${said(groups, 'header')}; for your own headers say ccflags-y += -I$(src)/include (EXTRA_CFLAGS is ignored since 6.15).`,
  },
  {
    id: 'build-floating-point', stage: 'build', weight: 'cause',
    compiler: [/^SSE (?:register return|register argument|vector return|vector argument) with SSE disabled/, /^'-mgeneral-regs-only' is incompatible with the use of floating-point types/],
    title: () => 'The source uses floating point, which kernel code may not',
    explanation: 'The kernel does not save floating point registers for itself, and the compiler is told not to use them.',
    remedy: () => 'Calculate in integers.',
  },
  {
    id: 'build-missing-prototype', stage: 'build', weight: 'harmless', symbol: 'symbol',
    compiler: [/^no previous (?:prototype|declaration) for (?:function )?'(?<symbol>\w{1,200})'/],
    title: (groups) => `${said(groups, 'symbol')} is neither static nor declared in a header`,
    explanation: 'Kernels since 6.8 ask for one or the other. It is a warning only.',
    remedy: () => 'Make it static where one file uses it, or declare it in a header that both files include.',
  },
  {
    id: 'build-compiler-flag', stage: 'build', weight: 'cause',
    compiler: [/^unrecognized command-line option '(?<flag>-[^']{1,200})'/, /^unknown argument: '(?<flag>-[^']{1,200})'/, /^unsupported option '(?<flag>-[^']{1,200})'/, /^unrecognized argument (?:in|to) option '(?<flag>-[^']{1,200})'/, /^bad value '?(?<value>[^']{1,100})'? for '?(?<flag>-m[^' ]{1,100})'? switch/, /^unknown value '(?<value>[^']{1,100})' for '(?<flag>-m[^']{1,100})'/],
    title: (groups) => `The compiler does not know ${said(groups, 'flag')}${said(groups, 'value')}`,
    explanation: 'The kernel’s configuration was made with another compiler, whose abilities it holds: a newer one, or clang instead of gcc. A value of -march that is unknown means a compiler for another processor.',
    remedy: (_, { compiler }) => `Build with the compiler that built the kernel${compiler === undefined ? ' (the first word of CONFIG_CC_VERSION_TEXT)' : `: make CC=${compiler}`}.`,
  },
  {
    id: 'build-compiler-plugin', stage: 'build', weight: 'cause',
    compiler: [/^incompatible gcc\/plugin versions/, /^(?:cannot load|fail to initialize) plugin /],
    title: () => 'A plugin that the kernel’s build made for its compiler does not fit this one',
    explanation: 'Plugins of gcc work with the very compiler that they were built for.',
    remedy: (_, { compiler }) => `Build with the compiler that built the kernel${compiler === undefined ? '' : `, ${compiler}`}.`,
  },
  {
    id: 'build-warning-as-error', stage: 'build', weight: 'general',
    compiler: [/^(?:some|all) warnings being treated as errors/, /^.{1,400}\[-Werror[=\],]/],
    title: () => 'A warning was made an error',
    explanation: 'The kernel’s configuration (CONFIG_WERROR), the Makefile of the module (-Werror), or a list of warnings that are always errors asks for that.',
    remedy: () => 'Fix what the warning says. To build meanwhile, take -Werror out of the module’s ccflags-y.',
  },
  {
    id: 'build-compiler-crash', stage: 'build', weight: 'cause',
    compiler: [/^(?:internal compiler error|Killed signal terminated program|virtual memory exhausted|out of memory allocating)/],
    build: [/^(?:virtual memory exhausted|cc1: out of memory)/],
    title: () => 'The compiler was killed or crashed',
    explanation: 'Mostly memory ran out: many compilers run side by side.',
    remedy: () => 'Give the machine more memory or build with fewer jobs (-j).',
  },
]

/** What is left, to be looked at after all other rows. */
export const UNKNOWN: readonly Cause[] = [
  {
    id: 'build-source-error', stage: 'build', weight: 'general', errorsOnly: true,
    compiler: [/^(?<text>.{1,300})/],
    title: (groups) => `The compiler refuses the source: ${said(groups, 'text')}`,
    explanation: 'No known change of the kernel’s interface is behind this message.',
    remedy: () => 'Fix the source at the place that the compiler names; where it is in a header of the kernel, that header was included in the wrong order or the configuration is not the kernel’s.',
  },
]

/** Beginnings of header names, and Debian's packages. */
const HOST_HEADERS: readonly (readonly [string, string])[] = [
  ['openssl/', 'libssl-dev'], ['elfutils/', 'libdw-dev'], ['dwarf', 'libdw-dev'], ['bpf/', 'libbpf-dev'], ['zlib', 'zlib1g-dev'], ['ncurses', 'libncurses-dev'], ['curses', 'libncurses-dev'], ['std', 'libc6-dev'], ['sys/', 'libc6-dev'],
]
