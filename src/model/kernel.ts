/** One binary package at one version, as apt knows it. */
export interface PackageRef {
  readonly name: string
  readonly version: string
  /** Bytes of the .deb, 0 when unknown. */
  readonly size: number
  /** Hex digest of the .deb from apt's index, when it is known. */
  readonly sha256?: string
}

/** The kernel that was chosen, and the packages that make it up, all of one source version. */
export interface KernelTarget {
  /** `uname -r`, such as `6.1.0-56-amd64`. */
  readonly release: string
  /** Debian version of the linux source package, such as `6.1.192-2`. */
  readonly packageVersion: string
  /** `amd64`, `cloud-amd64`, `rt-amd64`. */
  readonly flavour: string
  /** `6.1`: the X.Y of linux-source-X.Y. */
  readonly series: string
  /** Packages that hold vmlinuz, modules and the image's config (one, or several where the packaging is split). */
  readonly image: readonly PackageRef[]
  readonly headers: PackageRef
  readonly source: PackageRef
  /** Name of the private package lists that it was found in: a suite, or a moment of the snapshot archive. Absent for apt's own. */
  readonly archive?: string
}

/** A kernel that the user built; it comes in no packages. */
export interface OwnTarget {
  readonly release: string
  /** X.Y of its source. */
  readonly series: string
  /** Name of its architecture, as flavours have it. */
  readonly flavour: string
  /** Absolute path of the directory of the build. */
  readonly tree: string
  /** Hex digest of the image that is booted. */
  readonly imageSha256: string
  /** Hex digest of its .config. */
  readonly configSha256: string
}

/** Whether the kernel is the user's own build, and not one of packages. */
export function isOwn(target: KernelTarget | OwnTarget): target is OwnTarget {
  return 'tree' in target
}

/** What modules are built against: the headers of a kernel, unpacked, or what the user's own build holds of the same. All paths absolute. */
export interface HeadersKit {
  readonly target: KernelTarget | OwnTarget
  readonly headersConfig: string
  readonly moduleSymvers: string
  /** Folder that keeps all of the kernel's own headers; absent where they lie beside `headersConfig`. */
  readonly packedHeaders?: string
  /** A vmlinux with BTF for the build: the BTF-only one of the headers, where they ship one (6.12 and later), or the image of an own kernel. */
  readonly btfVmlinux?: string
  /** linux-source-X.Y.tar.xz; absent when nothing is built, or what is built needs no more of it than is kept. */
  readonly sourceTar?: string
}

/** What modules are tried with: the image of a kernel and its own modules. All paths absolute. */
export interface KernelImage {
  /** The packaged image, or `vmlinux` where that is kept in its place. */
  readonly vmlinuz: string
  /** The ELF image taken out of vmlinuz; absent when the payload cannot be unpacked or started (then the bzImage is booted). */
  readonly vmlinux?: string
  /** The same for reading, where it cannot be booted as it is. */
  readonly unbootable?: string
  /** The config that the packages of the image ship. */
  readonly imageConfig: string
  /** Directory lib/modules/RELEASE of the image. */
  readonly modulesDir: string
}

/** The packages of one source version, unpacked, or the user's own build. */
export type KernelKit = HeadersKit & KernelImage

/** Patches beyond linux-source that a kernel was built with. */
export interface Featureset {
  /** Debian's name of it, such as `rt`. */
  readonly name: string
  /** Absolute paths of the patches, in the order in which they are applied; none where what they were applied to is kept. */
  readonly patches: readonly string[]
}

/** The source of a kernel. */
export interface KernelSource {
  readonly target: KernelTarget
  /** linux-source-X.Y.tar.xz */
  readonly sourceTar: string
  /** Absent for kernels of the plain source. */
  readonly featureset?: Featureset
}

/** A kit whose tree is made of linux-source, with everything in it compiled anew. */
export type KernelKitWithSource = HeadersKit & {
  readonly target: KernelTarget
  /** Absent for kernels of the plain source. */
  readonly featureset?: Featureset
}

/** What the header packages hold beside the headers of the one kernel. */
export interface ShippedHeaders {
  /** Folder that keeps the common headers. */
  readonly common: string
  /** Directory of the compiled programs, as linux-kbuild has them. */
  readonly programs: string
}

/** A kit whose tree is made of what the kernel's own build left in the header packages. */
export type KernelKitWithHeaders = HeadersKit & {
  readonly target: KernelTarget
  readonly shipped: ShippedHeaders & {
    /** Folder that keeps the Kconfig files and scripts/ of linux-source. */
    readonly kconfigDir: string
  }
}

/** A kit that something can be built with. */
export type BuildKit = KernelKitWithSource | KernelKitWithHeaders

/** Whether the kit's tree is made of the header packages. */
export function usesHeaders(kit: HeadersKit): kit is KernelKitWithHeaders {
  return 'shipped' in kit
}
