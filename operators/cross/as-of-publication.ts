import { assert } from '../../engine/assert.ts'
import type { AsOf } from '../../engine/flow/as-of.ts'
import type { Flow } from '../../engine/flow/flow.ts'
import { ear, type Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped, Topic } from '../../engine/market/topic.ts'
import type { Micros } from '../../engine/market/units.ts'

/** A number that somebody publishes about a span of time: a rate of inflation, earnings, a count of contracts. */
export interface Publication extends Stamped {
  /** The end of the span that it is about. */
  readonly period: Micros
  /** From when it may be known. */
  readonly publishedAt: Micros
  readonly value: number
}

export interface AsOfPublicationOptions {
  /** Oldest publication that still counts, milliseconds of event time since it was published. Positive. */
  readonly maxAgeMs: number
}

/**
 * Joins each input with the publication that was in force at its time: of those published by then, the one about the
 * latest period, in its latest revision.
 *
 * `asOf` goes by the `at` of what it hears. Tables of macro series have the period there, and a join on it trades on
 * figures weeks before they were out. Here a record may be heard as early as it likes: it waits for `publishedAt`. A
 * revision is a record of its own, with the same period and a later `publishedAt`.
 *
 * In      a record with `at` (left); the other topic or flow gives Publications, under the key or for all keys
 * Out     { at, left, right }: left and right are copies that the next output overwrites
 * Emits   one per input once something has been published and is not older than `maxAgeMs`; else none
 * State   the publication in force, and room for 64 that wait
 * Late    an input from before the publication in force gives none; a publication may be heard late
 * Fails   Defect ASSERT when maxAgeMs is not positive, or more than 64 publications wait
 * Source  own; "point in time" and "vintage" in the words of macro databases
 *
 * @example
 * const macro = { name: 'publications', schema: { id: 900, name: 'publication', fields: [] } }
 * const heard = { publications: [{ at: 0, period: 0, publishedAt: 5, value: 3.1 }] }
 * const trades = [{ at: 4, price: 1 }, { at: 5, price: 2 }]
 * run(asOfPublicationStep(macro, { maxAgeMs: 1 }), trades, heard).map(({ left, right }) => [left.price, right.value])
 * // => [[2, 3.1]]
 */
export const asOfPublication = <Left extends Stamped>(
  publications: Topic<Publication> | Flow<Publication>,
  options: AsOfPublicationOptions,
): Lifted<Left, AsOf<Left, Publication>> => lift(asOfPublicationStep<Left>(publications, options))

/** Most publications of one key that wait. */
const WAITING_MAX = 64

type Known = { -readonly [Field in keyof Publication]: Publication[Field] }

interface AsOfPublicationState<Left> {
  /** Those that wait: four numbers each, in the order of `fields`. */
  readonly waiting: Float64Array
  count: number
  /** NaN in its fields while there is none. */
  readonly inForce: Known
  readonly out: { at: number; left: Left | null; right: Publication | null }
}

const fields = ['at', 'period', 'publishedAt', 'value'] as const

/** The pure step behind {@link asOfPublication}. */
export const asOfPublicationStep = <Left extends Stamped>(
  publications: Topic<Publication> | Flow<Publication>,
  { maxAgeMs }: AsOfPublicationOptions,
): Kernel<AsOfPublicationState<Left>, Left, AsOf<Left, Publication>> => {
  assert(maxAgeMs > 0, `asOfPublication: maxAgeMs is positive, found ${maxAgeMs}`)
  return {
    name: `asOfPublication(${maxAgeMs})`,
    warmup: 1,
    init: () => ({
      waiting: new Float64Array(WAITING_MAX * fields.length),
      count: 0,
      inForce: none(),
      out: { at: 0, left: null, right: null },
    }),
    hears: [ear(publications, (state: AsOfPublicationState<Left>, heard: Publication) => wait(state, heard))],
    step(state, left) {
      release(state, left.at)
      const { inForce, out } = state
      const age = left.at - inForce.publishedAt
      if (!(age >= 0 && age <= maxAgeMs * 1000)) return undefined
      out.at = left.at
      out.left = { ...left }
      out.right = inForce
      return out as AsOf<Left, Publication>
    },
  }
}

const none = (): Known => ({
  at: Number.NaN as Micros,
  period: Number.NaN as Micros,
  publishedAt: Number.NaN as Micros,
  value: Number.NaN,
})

const wait = (state: AsOfPublicationState<unknown>, heard: Publication): void => {
  // A key that is quiet for long must not gather what has long been out.
  release(state, heard.at)
  assert(state.count < WAITING_MAX, `asOfPublication: at most ${WAITING_MAX} publications wait`)
  const place = state.count * fields.length
  for (let i = 0; i < fields.length; i++) state.waiting[place + i] = heard[fields[i]!]
  state.count += 1
}

/** What is out by now takes its place, if it is newer than what has it; the others move up. */
const release = (state: AsOfPublicationState<unknown>, now: number): void => {
  const { waiting, count, inForce } = state
  state.count = 0
  for (let from = 0; from < count * fields.length; from += fields.length) {
    const period = waiting[from + 1]!
    const publishedAt = waiting[from + 2]!
    if (publishedAt > now) {
      waiting.copyWithin(state.count * fields.length, from, from + fields.length)
      state.count += 1
    } else if (!(period < inForce.period || (period === inForce.period && publishedAt < inForce.publishedAt))) {
      inForce.at = waiting[from]! as Micros
      inForce.period = period as Micros
      inForce.publishedAt = publishedAt as Micros
      inForce.value = waiting[from + 3]!
    }
  }
}
