import { type Cause, forKernel, said } from './cause.js'

/** Symbols that a module and the kernel do not find in each other (kernel/module/main.c: simplify_symbols, resolve_symbol, verify_exported_symbols). */
export const SYMBOLS: readonly Cause[] = [
  {
    id: 'load-gpl-only-symbol', stage: 'boot', weight: 'cause', symbol: 'symbol', after: 'load-proprietary-taint',
    kernel: [/^(?<module>[\w-]+): Unknown symbol (?<symbol>\S{1,200}) \(err (?:-2|0)\)/],
    title: (groups) => `${said(groups, 'module')} has no GPL-compatible license and does not get ${said(groups, 'symbol')}`,
    explanation: 'To a module with another license, or none, the kernel does not even show the symbols that are exported with EXPORT_SYMBOL_GPL: they are unknown to it. (A symbol that nobody exports looks the same.)',
    remedy: (groups) => `State the license in MODULE_LICENSE where it is GPL-compatible; else do without ${said(groups, 'symbol')}.`,
  },
  {
    id: 'load-unknown-symbol', stage: 'boot', weight: 'cause', symbol: 'symbol', yields: true,
    kernel: [/^(?<module>[\w-]+): Unknown symbol (?<symbol>\S{1,200}) \(err (?:-2|0)\)/],
    title: (groups) => `${said(groups, 'module')} needs ${said(groups, 'symbol')}, and nothing that is loaded offers it`,
    explanation: 'Another module exports the symbol and is not loaded yet (insmod loads one file and nothing that it depends on), this kernel does not export it, or it exports it to GPL-compatible modules only and this one is not.',
    remedy: (groups, facts) => `Load it with modprobe after depmod, or load first the module that exports ${said(groups, 'symbol')} (look for it in Module.symvers of ${forKernel(facts)}). Where it is listed there as EXPORT_SYMBOL_GPL, a GPL-compatible MODULE_LICENSE is needed.`,
  },
  {
    id: 'load-symbol-not-usable', stage: 'boot', weight: 'cause', symbol: 'symbol', yields: true,
    kernel: [/^(?<module>[\w-]+): Unknown symbol (?<symbol>\S{1,200}) \(err -22\)/],
    title: (groups) => `${said(groups, 'module')} may not use ${said(groups, 'symbol')} as it is offered`,
    explanation: 'The symbol is there, but its version, its namespace or its license does not fit. The line before says which.',
    remedy: (_, facts) => `Build with the headers and the Module.symvers of ${forKernel(facts)}, and import the namespaces that modpost names.`,
  },
  {
    id: 'load-symbol-in-limbo', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): gave up waiting for init of module (?<other>[\w-]+)\./],
    title: (groups) => `${said(groups, 'module')} waited for ${said(groups, 'other')}, whose init function did not come to an end`,
    explanation: 'A module’s symbols may be used once its init function has returned. The other module is still at it after half a minute, or waits itself.',
    remedy: () => 'Look why the init function of the other module hangs; a module must not load, and wait for, another that needs it.',
  },
  {
    id: 'load-namespace', stage: 'boot', weight: 'cause', symbol: 'symbol',
    kernel: [/^(?<module>[\w-]+): module uses symbol \((?<symbol>[^)\s]{1,200})\) from namespace (?<namespace>\S{1,100}), but does not import it/],
    title: (groups) => `${said(groups, 'module')} uses ${said(groups, 'symbol')} and does not import its namespace ${said(groups, 'namespace')}`,
    explanation: 'Some symbols are exported into a namespace, so that a user of them has to say that it means to.',
    remedy: (groups) => `Add MODULE_IMPORT_NS("${said(groups, 'namespace')}") to the source; before Linux 6.13 the name stands there without quotes.`,
  },
  {
    id: 'load-gpl-mix', stage: 'boot', weight: 'cause', symbol: 'symbol',
    kernel: [/^(?<module>[\w-]+): module using GPL-only symbols uses symbols (?<symbol>\S{1,200}) from proprietary module (?<other>[\w-]+)/, /^failing symbol_get of non-GPLONLY symbol (?<symbol>\S{1,200})/],
    title: (groups) => `${said(groups, 'module') || 'A module'} mixes GPL-only symbols with those of a proprietary module`,
    explanation: 'A module that takes symbols from a proprietary one counts as proprietary itself, and then may not use GPL-only symbols.',
    remedy: () => 'Take the symbols from one side only.',
  },
  {
    id: 'load-proprietary-taint', stage: 'boot', weight: 'harmless',
    kernel: [/^(?<module>[\w-]+): module license '(?<license>[^']{0,100})' taints kernel/, /^(?<module>[\w-]+): module uses symbols (?<symbol>\S{1,200}) from proprietary module (?<other>[\w-]+), inheriting taint/],
    title: (groups) => `${said(groups, 'module')} is not GPL-compatible, which marks the kernel as tainted (P)`,
    explanation: 'The kernel loads such a module, does not let it use GPL-only symbols, and notes it for those who read its reports. A missing MODULE_LICENSE counts the same.',
    remedy: () => 'State the license in MODULE_LICENSE; "GPL" where it is.',
  },
  {
    id: 'load-duplicate-symbol', stage: 'boot', weight: 'cause', symbol: 'symbol',
    kernel: [/^(?<module>[\w-]+): exports duplicate symbol (?<symbol>\S{1,200}) \(owned by (?<owner>[\w-]+)\)/],
    title: (groups) => `${said(groups, 'module')} exports ${said(groups, 'symbol')}, which ${said(groups, 'owner') === 'kernel' ? 'the kernel itself' : said(groups, 'owner')} already exports`,
    explanation: 'A name may be exported once. Often it is the same driver twice: one from the kernel’s package, or built in, and one of your own.',
    remedy: (groups) => `Unload ${said(groups, 'owner') === 'kernel' ? 'nothing: it is built into the kernel, so rename your symbol' : `${said(groups, 'owner')} first, or rename the symbol`}.`,
  },
]
