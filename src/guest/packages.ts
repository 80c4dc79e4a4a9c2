/** Debian packages that booting a guest needs. */
export const GUEST_PACKAGES = ['qemu-system-x86', 'busybox-static'] as const
