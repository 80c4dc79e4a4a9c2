/** What a Debian or Kali kernel release says of itself. */
export interface Release {
  readonly release: string
  /** X.Y of linux-source-X.Y. */
  readonly series: string
  /** `amd64`, `cloud-amd64`, `rt-amd64`, `arm64-16k`. */
  readonly flavour: string
}

/**
 * Takes `uname -r` apart: version, then Debian's ABI name, then flavour (Debian Linux Kernel Handbook, "Kernel release and version").
 * `6.1.0-56-cloud-amd64`, `6.12.117+deb13-rt-amd64`, `6.12.38+kali-amd64`, `5.14.0-kali4-amd64`, `6.12.118+deb13-arm64-16k`. undefined when it is no such name.
 */
export function parseRelease(release: string): Release | undefined {
  const match = /^(?<series>\d+\.\d+)(?:\.\d+)*(?:[~+][a-z0-9.+~]+)?(?:-(?:rc\d+|(?:[a-z]*\d[a-z0-9.]*)))*-(?<flavour>(?:[a-z][a-z0-9]*-)*[a-z][a-z0-9]*(?:-\d+k)?)$/.exec(release)
  const { series, flavour } = match?.groups ?? {}
  return series === undefined || flavour === undefined ? undefined : { release, series, flavour }
}
