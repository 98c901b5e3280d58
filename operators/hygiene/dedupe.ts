import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'

export interface DedupeOptions<In> {
  /** The fields that make two records the same, at least one; numbers or texts. */
  readonly by: readonly (keyof In & string)[]
  /** How many different records are remembered. Integer, at least 1: then a record is held against the last alone. */
  readonly length: number
}

/**
 * Lets a record pass unless it is one of the last: what a source repeats after it was connected anew, or a quote that
 * has not changed.
 *
 * Two real trades may agree in time, price, size and side: take what the source numbers, where it does.
 *
 * In      a record with the fields `by`
 * Out     the same record
 * Emits   one per input that is not the same as one of the last `length` different ones
 * State   `length` records' fields and five whole numbers for each of them, per key
 * Late    not seen: works by order; a gap does not matter. A flat market is one record, where `by` leaves the time out
 * Fails   Defect ASSERT when by is empty, or length not an integer of at least 1
 * Source  own; "distinct" within a bound
 *
 * @example
 * const quote = (bid: number, ask: number) => ({ bid, ask })
 * const quotes = [quote(5, 6), quote(5, 6), quote(4, 6), quote(5, 6)]
 * run(dedupeStep({ by: ['bid', 'ask'], length: 1 }), quotes).map(q => q.bid) // => [5, 4, 5]
 * run(dedupeStep({ by: ['bid', 'ask'], length: 2 }), quotes).map(q => q.bid) // => [5, 4]
 */
export const dedupe = <In extends object>(options: DedupeOptions<In>): Lifted<In, In> => lift(dedupeStep(options))

/** A table of chains by hash, whose places for records are used again in turn. */
interface DedupeState {
  /** The fields of each place, one place after the other. */
  readonly fields: unknown[]
  readonly chains: Int32Array
  /** The place that comes behind one in its chain; -1 is none. */
  readonly behind: Int32Array
  readonly first: Int32Array
  head: number
}

/** The pure step behind {@link dedupe}. */
export const dedupeStep = <In extends object>({ by, length }: DedupeOptions<In>): Kernel<DedupeState, In, In> => {
  assert(by.length > 0, 'dedupe: by names at least one field, found none')
  checkLengths('dedupe', { length }, 1)
  const isAt = ({ fields }: DedupeState, place: number, input: In): boolean => {
    for (let i = 0; i < by.length; i++) if (fields[place * by.length + i] !== input[by[i]!]) return false
    return true
  }
  return {
    name: `dedupe(${by.join(', ')}, ${length})`,
    warmup: 1,
    settle: Infinity,
    init: () => ({
      fields: new Array<unknown>(length * by.length).fill(Number.NaN),
      chains: new Int32Array(length).fill(-1),
      behind: new Int32Array(length).fill(-1),
      first: new Int32Array(2 ** Math.ceil(Math.log2(2 * length))).fill(-1),
      head: 0,
    }),
    step(state, input) {
      let hash = 0
      for (const field of by) hash = mixed(hash, input[field])
      const chain = (hash >>> 7) & (state.first.length - 1)
      for (let place = state.first[chain]!; place >= 0; place = state.behind[place]!)
        if (isAt(state, place, input)) return undefined
      const place = replaceOldest(state, chain)
      for (let i = 0; i < by.length; i++) state.fields[place * by.length + i] = input[by[i]!]
      return input
    },
  }
}

/** Takes the place of the oldest record out of its chain, puts it before another and gives it. */
const replaceOldest = (state: DedupeState, chain: number): number => {
  const { chains, behind, first, head } = state
  const old = chains[head]!
  if (old >= 0 && first[old] === head) first[old] = behind[head]!
  else if (old >= 0) {
    let before = first[old]!
    while (behind[before] !== head) before = behind[before]!
    behind[before] = behind[head]!
  }
  behind[head] = first[chain]!
  first[chain] = head
  chains[head] = chain
  state.head = head + 1 < chains.length ? head + 1 : 0
  return head
}

const number = new Float64Array(1)
const halves = new Uint32Array(number.buffer)

/** A hash with one more number or text in it; -0 is 0. */
const mixed = (hash: number, value: unknown): number => {
  let h = hash
  if (typeof value === 'number') {
    number[0] = value + 0
    h = Math.imul(h ^ halves[0]!, 0x9e3779b1)
    return Math.imul(h ^ (h >>> 15) ^ halves[1]!, 0x85ebca6b)
  }
  const text = String(value)
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x9e3779b1)
  return h
}
