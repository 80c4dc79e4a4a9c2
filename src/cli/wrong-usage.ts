/** The command line itself cannot be understood: exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'
}
