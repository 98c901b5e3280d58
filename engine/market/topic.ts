import type { Micros } from './units.ts'

/** A column of a block. `f64`: any number, unit as stated; `text`: a UTF-8 string. */
export interface Field {
  readonly name: string
  readonly type: 'f64' | 'text'
  /** What one value is counted in: 'quote currency', 'lots', 'us'. */
  readonly unit: string
}

/**
 * The shape of a topic's events as columns. `at` (event time) and `key` are columns of every block and not listed.
 * The id stands in the wire format and never changes its meaning; a new meaning is a new id.
 */
export interface Schema {
  readonly id: number
  readonly name: string
  readonly fields: readonly Field[]
}

/** A named log of events of one shape. The type parameter is the record that a strategy sees. */
export interface Topic<T extends Stamped> {
  readonly name: string
  readonly schema: Schema
  /** Never set: carries the type of the records. */
  readonly record?: T
}

/** Every record carries its event time. */
export interface Stamped {
  readonly at: Micros
}
