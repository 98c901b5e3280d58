import { readFileSync } from 'node:fs'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { refusal } from './fields.ts'
import { type Listing, listingsOf } from './listing.ts'

/**
 * Definitions of instruments from a JSON file: `{"calendars": {...}, "instruments": [...]}`. Amounts and steps are
 * decimals in texts, times of day 'HH:MM' by the clocks of their zone.
 *
 * Fails  usage FILE_MISSING, INSTRUMENT_FILE with file and field; fault FILE_READ
 */
export const readInstruments = (path: string): readonly Listing[] => {
  try {
    return listingsOf({ place: `${path}:`, value: JSON.parse(readFileSync(path, 'utf8')) })
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refusal(`${path} is no JSON: ${cause.message}`, cause)
    const { code } = cause as NodeJS.ErrnoException
    if (cause instanceof MillraceError || code === undefined) throw cause
    throw new MillraceError(
      code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_READ',
      `cannot read ${path}: ${messageOf(cause)}`,
      { cause },
    )
  }
}
