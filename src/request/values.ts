import { UsageError } from '../model/errors.js'

type Parse<T> = (value: string, name: string) => T

/** The value as it is. */
export const text: Parse<string> = (value) => value

/** An integer from `least` to `most`; `unit` is for the message. */
export function integer(least: number, most: number, unit: string): Parse<number> {
  return (value, name) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN
    if (number >= least && number <= most) return number
    throw new UsageError(name, value, `Allowed is a whole number of ${unit} from ${least} to ${most}.`)
  }
}

/** An empty value is undefined. */
export function optional<T>(parse: Parse<T>): Parse<T | undefined> {
  return (value, name) => (value === '' ? undefined : parse(value, name))
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, True: true, TRUE: true, false: false, False: false, FALSE: false }

/** A boolean of YAML 1.2's core schema (10.3.2), as `getBooleanInput` of @actions/core reads it. */
export const boolean: Parse<boolean> = (value, name) => {
  const known = Object.hasOwn(BOOLEANS, value) ? BOOLEANS[value] : undefined
  if (known === undefined) throw new UsageError(name, value, 'Allowed are true and false.')
  return known
}

/** One of the given words. */
export function oneOf<T extends string>(...words: readonly T[]): Parse<T> {
  return (value, name) => {
    const known = words.find((word) => word === value)
    if (known === undefined) throw new UsageError(name, value, `Allowed are ${words.join(', ')}.`)
    return known
  }
}

/** Every line that is not blank, trimmed. */
export function lines<T>(parse: Parse<T>): Parse<readonly T[]> {
  return (value, name) =>
    value
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => parse(line, name))
}
