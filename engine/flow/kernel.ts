import type { Stamped, Topic } from '../market/topic.ts'
import type { Micros } from '../market/units.ts'
import type { Flow } from './flow.ts'

/**
 * A pure step with plain-data state (numbers, strings, booleans, arrays, typed arrays, Maps, records of those).
 *
 * "No value" is `NaN` where the output is a number and `undefined` where it is a record: the run stops there, so NaN
 * never travels. Inputs and outputs are borrowed: a record is reused for the next event, by the engine and by kernels
 * alike, so who wants to keep one copies it.
 *
 * A numeric step stays unboxed while each `return` is arithmetic of its own: work that is seldom done (seeding) goes
 * into a function that changes the state and returns nothing.
 */
export interface Kernel<State, In, Out> {
  /** Shown in graphs, counters, errors and snapshots: 'zScore(20)'. What stands before '(' is the default node id. */
  readonly name: string
  /** Inputs before the first output can come: the first output answers input number `warmup` (1 = at once). */
  readonly warmup: number
  /**
   * Inputs until the value no longer depends on where the history started. Only for recursive kernels; Infinity for
   * those that no count of inputs settles, because they sum from the first input or from an opening on.
   */
  readonly settle?: number
  /** Other topics of the mailbox that change the state between steps: fills, accounts, instruments, a flow to join. */
  readonly hears?: readonly Ear<State>[]
  init(): State
  /** Zero or one output. May change the state in place. No clock, no IO, no chance. */
  step(state: State, input: In): Out | undefined
}

/** The few that may answer an input, or the passing of time, with many outputs: bars over a gap, windows, timeouts. */
export interface Expander<State, In, Out> {
  readonly name: string
  readonly warmup: number
  readonly settle?: number
  /**
   * Only for those that hold records back and give them out later, each at the event time in its own `at`: the earliest
   * `at` that may still come, NaN while nothing is held. Time waits there for all that stand behind.
   */
  heldSince?(state: State): number
  readonly hears?: readonly Ear<State>[]
  init(): State
  step(state: State, input: In, emit: (output: Out) => void): void
  /**
   * Called as event time moves on: before each step with the time of that input, and for every key at a clock record.
   * `now` falls only on a tape with late rows, which a door takes when it is told to.
   */
  tick?(state: State, now: Micros, emit: (output: Out) => void): void
}

/** A second entrance of a kernel: what it hears beside its input. Made by `ear`. */
export interface Ear<State> {
  readonly from: Topic<Stamped> | Flow<unknown>
  hear(state: State, heard: never): void
}

/** Hears a topic of the mailbox, or a flow made from one, between two steps; keys match, or the key is `ALL_KEYS`. */
export const ear = <State, Heard>(
  from: Topic<Heard & Stamped> | Flow<Heard>,
  hear: (state: State, heard: Heard) => void,
): Ear<State> => ({ from: from as Topic<Stamped> | Flow<unknown>, hear })

export type AnyKernel = Kernel<never, never, unknown> | Expander<never, never, unknown>

/** An expander takes three arguments in `step`, or has a `tick`; a kernel takes two. */
export const isExpander = (kernel: AnyKernel): kernel is Expander<never, never, unknown> =>
  'tick' in kernel || kernel.step.length > 2
