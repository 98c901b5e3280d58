import type { Bar } from '../../engine/market/bar.ts'
import type { Trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'

/** What a feature set makes a vector of, as prices: a bar, or a trade as a bar of one price. */
export type Event = Pick<Bar, 'at' | 'start' | 'open' | 'high' | 'low' | 'close'>

/** What training rows learn: some numbers for each event, which come to be known after it. */
export interface Label {
  readonly type: string
  /** What its columns begin with. */
  readonly name: string
  /** With these it is what it is: they go into the lineage of the rows. */
  readonly params: Readonly<Record<string, number | string>>
  /** Its numbers, in order. */
  readonly fields: readonly string[]
  /** Follows the market of one key. */
  follow(): Follow
}

/**
 * One event, with its vector if it has one, and the labels of events before it that are known now. Tells whether this
 * event will have a label, if the market goes on for long enough.
 */
export type Follow = (event: Event, vector: Float32Array | null, emit: Known) => boolean

/** The label of the event at `from`; of several at one time the first one that has none. The values are borrowed. */
export type Known = (from: number, values: readonly number[]) => void

/** The columns of a label: 'fixedHorizonChange'. */
export const columnsOf = ({ name, fields }: Pick<Label, 'name' | 'fields'>): readonly string[] =>
  fields.map(field => name + field[0]!.toUpperCase() + field.slice(1))

/** A copy, since events are borrowed. */
export const eventOf = (event: Bar | Trade): Event => {
  if (!('price' in event)) return { ...event }
  const { at, price } = event
  return { at, start: at as Micros, open: price, high: price, low: price, close: price }
}
