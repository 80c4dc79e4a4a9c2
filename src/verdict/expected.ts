import { UsageError } from '../model/errors.js'
import { boolean, Fields, list, ShapeError, shown, string, text, type Shape } from './shape.js'

/** One kernel of the matrix; what `kmod-gate kernels` writes, as far as a verdict needs it. */
export interface Expected {
  readonly kernel: string
  readonly required: boolean
  readonly flavour?: string
  readonly version?: string
  readonly suite?: string
  readonly spec?: string
  readonly image?: string
}

const MOST = 256

const entry: Shape<Expected> = (value, at) => {
  const fields = new Fields(value, at)
  return {
    kernel: fields.need('kernel', text(/^[0-9A-Za-z][0-9A-Za-z.+~_-]{0,127}$/, 'Allowed is a kernel release.')),
    required: fields.need('required', boolean),
    ...fields.maybe('flavour', string),
    ...fields.maybe('version', string),
    ...fields.maybe('suite', string),
    ...fields.maybe('spec', string),
    ...fields.maybe('image', string),
  }
}

/** Reads a matrix as JSON: `{ "include": [ … ] }` or the list alone. @throws UsageError */
export function parseMatrix(content: string, input: string): readonly Expected[] {
  try {
    const value: unknown = JSON.parse(content)
    return Array.isArray(value) ? list(entry, MOST)(value, '') : new Fields(value, '').need('include', list(entry, MOST))
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(input, content.slice(0, 80), 'Allowed is the JSON that kmod-gate kernels writes, or the path of a file with it.')
    if (error instanceof ShapeError) throw new UsageError(`${input}${error.at === '' ? '' : `: ${error.at}`}`, shown(error.value), error.allowed)
    throw error
  }
}
