import type { Origin } from '../../flow/flow.ts'
import type { Lifted } from '../../flow/lift.ts'
import type { Field, Stamped, Topic } from '../../market/topic.ts'
import { chanceOf, type MarketOptions, type Moment, market, saidAt } from './market.ts'
import type { Unit } from './unit.ts'

/** An operator that must keep the contract. */
export interface Subject {
  readonly operator: Lifted<never, unknown>
  /** An input as the example of its doc comment has it: its shape says what the operator reads. */
  readonly sample: unknown
  /** What its doc comment says about units; without it nothing is held to any. */
  readonly unit?: Unit
}

/** What arrives in the mailbox: an input, something for the ears, or a clock record. */
export type Arrival = { readonly topic: string; readonly key: string; readonly record: Row }

export type Row = Stamped & Readonly<Record<string, unknown>>

/** The name of the topic that carries inputs. Inputs that are numbers stand in its field `value`. */
export const TAPE = 'tape'
export const CLOCK = 'clock'

/** The topic that carries inputs of the shape of the sample. */
export const topicOf = ({ sample }: Subject): Topic<Row> => ({
  name: TAPE,
  schema: {
    id: 9_900,
    name: TAPE,
    fields: fieldsOf(sample).map(([name, value]): Field => {
      return { name, type: typeof value === 'string' ? 'text' : 'f64', unit: '' }
    }),
  },
})

export const isNumeric = ({ sample }: Subject): boolean => typeof sample === 'number'

/** A tape of a made-up market for one key, in the shape that the operator reads, with what its ears listen for. */
export const tapeOf = (subject: Subject, options: MarketOptions, key = 'A'): Arrival[] => {
  const fields = fieldsOf(subject.sample)
  const heard = earsOf(subject)
  const chance = chanceOf(options.seed + 1)
  return market(options).flatMap((moment, index) => {
    const say = (topic: string): Arrival[] => {
      const record = saidAt(topic, moment)
      return record && (index === 0 || chance() < 0.1) ? [{ topic, key, record: record as Row }] : []
    }
    const row = Object.fromEntries(fields.map(([name, value]) => [name, fieldOf(moment, name, value)]))
    // Right behind the row: what is held back is held then.
    const passed = { topic: CLOCK, key: '*', record: { at: moment.at + 1 } as Row }
    const isQuiet = options.regime !== 'late' && options.regime !== 'duplicates' && chance() < 0.1
    return [
      ...heard.flatMap(say),
      { topic: TAPE, key, record: { at: moment.at, ...row } as unknown as Row },
      ...(isQuiet ? [passed] : []),
    ]
  })
}

export const inputsOf = (tape: readonly Arrival[]): readonly Arrival[] => tape.filter(({ topic }) => topic === TAPE)

/** The names of the topics that the operator listens to, its flows' too. */
export const earsOf = ({ operator }: Subject): readonly string[] =>
  (operator.kernel.hears ?? []).map(({ from }) => {
    const origin: Origin = 'origin' in from ? from.origin : from
    return 'name' in origin ? origin.name : ''
  })

const fieldsOf = (sample: unknown): [string, unknown][] =>
  typeof sample === 'number'
    ? [['value', sample]]
    : Object.entries(sample as Record<string, unknown>).filter(([name]) => name !== 'at')

/** A field that the market does not know moves with the price around its value in the sample. */
const fieldOf = (moment: Moment, name: string, sample: unknown): unknown => {
  if (name === 'value') return moment.price
  if (sample === 'bid' || sample === 'ask') return moment.side === 'buy' ? 'bid' : 'ask'
  if (sample === 'EURUSD' || sample === 'GBPUSD') return moment.side === 'buy' ? 'EURUSD' : 'GBPUSD'
  if (name in moment) return moment[name]
  return typeof sample === 'number' ? sample + Number(moment.price) - 1024 : sample
}
