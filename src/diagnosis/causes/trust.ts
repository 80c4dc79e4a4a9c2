import { type Cause, said } from './cause.js'

/** Who may load what (kernel/module/signing.c, security/lockdown, kernel/module/main.c: may_init_module, blacklisted). */
export const TRUST: readonly Cause[] = [
  {
    id: 'load-signature-required', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?(?:[\w-]+: )?[Ll]oading of (?<what>unsigned module|module with unavailable key|module with unsupported crypto) is rejected/, /^(?:module: )?(?<what>unsigned module|module with unavailable key) is rejected/],
    loader: [/^Required key not available\b/i],
    title: (groups) => `The kernel only loads modules signed with a key that it knows${said(groups, 'what') === '' ? '' : `: ${said(groups, 'what')}`}`,
    explanation: 'CONFIG_MODULE_SIG_FORCE, module.sig_enforce=1 or Secure Boot demands a signature. The module has none, or one by a key that is neither built into the kernel nor enrolled.',
    remedy: () => 'Sign it with scripts/sign-file and enrol the key (mokutil --import), or allow unsigned modules where that is your decision.',
  },
  {
    id: 'load-signature-bad', stage: 'boot', weight: 'cause',
    kernel: [/^PKCS#7 signature not signed with a trusted key/, /^PKCS7: .{0,80}(?:mismatch|failed|invalid)/i],
    loader: [/^Key was rejected by service\b/i, /^Bad message\b/i],
    title: () => 'The module’s signature was looked at and refused',
    explanation: 'The module is signed and the signature does not hold: the file was changed after signing (stripped, compressed, edited), or the key is unknown or revoked. Where signatures are enforced, an unsigned module gets the same answer.',
    remedy: () => 'Sign as the last step, after stripping; or take the signature off with `strip --strip-debug` where signatures are not demanded.',
  },
  {
    id: 'load-signature-taint', stage: 'boot', weight: 'harmless',
    kernel: [/^(?<module>[\w-]+): module verification failed: signature and\/or required key missing - tainting kernel/],
    title: (groups) => `${said(groups, 'module')} is not signed with the kernel’s key, which only marks the kernel as tainted (E)`,
    explanation: 'The kernel can check signatures and does not demand them. Every module that is not built together with the kernel gives this line.',
    remedy: () => 'Nothing is wrong. Sign the module if the mark disturbs.',
  },
  {
    id: 'load-out-of-tree-taint', stage: 'boot', weight: 'harmless',
    kernel: [/^(?<module>[\w-]+): loading out-of-tree module taints kernel/],
    title: (groups) => `${said(groups, 'module')} was built outside of the kernel’s source, which marks the kernel as tainted (O)`,
    explanation: 'A note for those who read this kernel’s bug reports. It comes with every external module.',
    remedy: () => 'Nothing is wrong.',
  },
  {
    id: 'load-lockdown', stage: 'boot', weight: 'cause',
    kernel: [/^Lockdown: (?<program>[^:]{1,64}): (?<what>.{1,100}) is restricted; see man kernel_lockdown\.7/],
    title: (groups) => `The kernel is locked down and does not allow this: ${said(groups, 'what')}`,
    explanation: 'Lockdown comes with Secure Boot, or with lockdown= on the command line: what could change the running kernel is refused even to root, unsigned modules among it.',
    remedy: () => 'Sign the module with an enrolled key, or boot without Secure Boot where that is your decision.',
  },
  {
    id: 'load-blacklisted', stage: 'boot', weight: 'cause',
    kernel: [/^(?:module: )?Module (?<module>[\w-]+) is blacklisted/],
    title: (groups) => `${said(groups, 'module')} is on the kernel’s list of modules that must not be loaded`,
    explanation: 'module_blacklist= on the kernel’s command line names it.',
    remedy: () => 'Take the name away from module_blacklist=.',
  },
  {
    id: 'load-livepatch', stage: 'boot', weight: 'cause',
    kernel: [/^(?<module>[\w-]+): module is marked as livepatch module, but livepatch support is disabled/],
    title: (groups) => `${said(groups, 'module')} is a live patch and this kernel has no live patching`,
    explanation: 'MODULE_INFO(livepatch, "Y") is in the module, and the kernel was built without CONFIG_LIVEPATCH.',
    remedy: () => 'Use a kernel with CONFIG_LIVEPATCH.',
  },
  {
    id: 'load-retpoline', stage: 'boot', weight: 'harmless',
    kernel: [/^(?:Spectre V2 : )?(?<module>[\w-]+): loading module not compiled with retpoline compiler/, /^Spectre V2 : System may be vulnerable to spectre v2/],
    title: () => 'A module was compiled without protection against Spectre 2, and loaded',
    explanation: 'The kernel’s code uses retpolines and this module’s does not: its compiler lacked the option.',
    remedy: () => 'Build with the compiler that built the kernel.',
  },
  {
    id: 'load-not-permitted', stage: 'boot', weight: 'general',
    loader: [/^(?:Operation not permitted|Permission denied)\b/i],
    title: () => 'The kernel does not let this process load modules',
    explanation: 'It is not root (CAP_SYS_MODULE is missing, as in a container), kernel.modules_disabled is 1, or the kernel is locked down. Permission denied also comes from a security module or a file system that is mounted noexec.',
    remedy: () => 'Load as root outside of the container; look at /proc/sys/kernel/modules_disabled and /sys/kernel/security/lockdown.',
  },
]
