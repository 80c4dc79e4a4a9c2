/** Debian packages that unpacking a kernel needs: every compression that a kernel image or its modules may use. */
export const KIT_PACKAGES = ['xz-utils', 'zstd'] as const
