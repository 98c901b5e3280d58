import { type Code, MillraceError } from '../errors.ts'

/** Refuses a value of the market: throws Reject `code` with what it is, what was found and what was expected. */
export function check(holds: boolean, code: Code, what: string, found: unknown, expected: string): asserts holds {
  if (!holds) throw new MillraceError(code, `${what} is ${shown(found)}, expected ${expected}`)
}

const shown = (found: unknown): string => (typeof found === 'string' ? `'${found.slice(0, 80)}'` : String(found))
