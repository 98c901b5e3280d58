import { MillraceError } from '../../engine/errors.ts'
import { near } from '../near.ts'

/** A value of a JSON file, and where it stands: `venues.json: instruments[2].fees`. */
export interface Spot {
  readonly place: string
  readonly value: unknown
}

/** The fields of an object in a file. What is not of its type is refused, by file and field: usage INSTRUMENT_FILE. */
export interface Fields {
  readonly place: string
  /** The value of a field, as it stands; undefined when it is not there. */
  spot(name: string): Spot
  has(name: string): boolean
  text(name: string): string
  number(name: string): number
  /** The values of a list; none when it is not there. */
  list(name: string): readonly Spot[]
}

/** Fails: usage INSTRUMENT_FILE when it is no object, or has fields that nobody reads. */
export const fieldsOf = ({ place, value }: Spot, names: readonly string[] | 'any'): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong({ place, value }, 'an object')
  const object = value as Readonly<Record<string, unknown>>
  const odd = names === 'any' ? undefined : Object.keys(object).find(name => !names.includes(name))
  if (odd !== undefined && names !== 'any')
    throw refusal(`${place} has '${odd}'${near(odd, names)}; expected ${names.join(', ')}`)
  const spot = (name: string): Spot => ({ place: join(place, name), value: object[name] })
  return {
    place,
    spot,
    has: name => object[name] !== undefined,
    text: name => textAt(spot(name)),
    number: name => numberAt(spot(name)),
    list: name => (object[name] === undefined ? [] : listAt(spot(name))),
  }
}

export const textAt = (spot: Spot): string => {
  if (typeof spot.value !== 'string' || spot.value === '') throw wrong(spot, 'a text')
  return spot.value
}

export const numberAt = (spot: Spot): number => {
  if (typeof spot.value !== 'number') throw wrong(spot, 'a number')
  return spot.value
}

export const listAt = ({ place, value }: Spot): readonly Spot[] => {
  if (!Array.isArray(value)) throw wrong({ place, value }, 'a list')
  return value.map((item: unknown, i) => ({ place: `${place}[${i}]`, value: item }))
}

/** What is wrong with the value of a field. */
export const wrong = ({ place, value }: Spot, expected: string): MillraceError => {
  const shown = value === undefined ? 'missing' : JSON.stringify(value).slice(0, SHOWN)
  return refusal(`${place} is ${shown}, expected ${expected}`)
}

export const refusal = (sentence: string, cause?: unknown): MillraceError =>
  new MillraceError('INSTRUMENT_FILE', sentence, { cause })

/** Letters of a value that a message shows. */
const SHOWN = 80

/** Behind the name of the file stands a blank, between two fields a point. */
const join = (place: string, name: string): string => `${place}${place.endsWith(':') ? ' ' : '.'}${name}`
