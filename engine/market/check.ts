import { type Code, MillraceError } from '../errors.ts'

/** Refuses a value of the market with what it is, what was found and what was expected. */
export type Check = (holds: boolean, what: string, found: unknown, expected: string) => asserts holds

/** A check whose refusals are Reject `code`. */
export const checkAs =
  (code: Code): Check =>
  (holds, what, found, expected) => {
    if (!holds) throw new MillraceError(code, `${what} is ${shown(found)}, expected ${expected}`)
  }

const shown = (found: unknown): string => (typeof found === 'string' ? `'${found.slice(0, 80)}'` : String(found))
