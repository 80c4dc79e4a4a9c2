/** One row of the table of inputs. */
export interface Input<T> {
  readonly name: string
  /** For action.yml, the README and --help. */
  readonly description: string
  /** Used for an absent or empty value. */
  readonly default: string
  /** Stands for the value in --help. */
  readonly placeholder: string
  /** Whether the value has several lines; on the command line the input may then be given several times. */
  readonly many: boolean
  /** Throws UsageError. */
  readonly parse: (value: string, name: string) => T
}
