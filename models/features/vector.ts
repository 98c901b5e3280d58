import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Stamped } from '../../engine/market/topic.ts'
import type { Micros } from '../../engine/market/units.ts'

/** What a model reads. The record and its numbers are used again for the next one. */
export interface Vector extends Stamped {
  readonly values: Float32Array
}

/**
 * Takes the numbers from the members of a lockstep, as float32: the last step before a model.
 *
 * In      the record of a `together`
 * Out     Vector; its `at` is that of the member `input`; the record is reused
 * Emits   one per input whose numbers are all finite as float32; none else
 * State   4 bytes a number
 */
export const vector = <Members extends Event>(name: string, takes: readonly Take<Members>[]): Lifted<Members, Vector> =>
  lift(vectorStep(name, takes))

/** The members of a lockstep, one of which is the event that it is about. */
interface Event {
  readonly input: Stamped
}

type Take<Members> = (members: Members) => number

interface VectorState {
  at: Micros
  readonly values: Float32Array
}

/** The pure step behind {@link vector}. */
export const vectorStep = <Members extends Event>(
  name: string,
  takes: readonly Take<Members>[],
): Kernel<VectorState, Members, Vector> => ({
  name: `vector(${name})`,
  warmup: 1,
  init: () => ({ at: 0 as Micros, values: new Float32Array(takes.length) }),
  step(state, members) {
    const { values } = state
    for (let i = 0; i < takes.length; i++) {
      values[i] = takes[i]!(members)
      if (!Number.isFinite(values[i]!)) return undefined
    }
    state.at = members.input.at
    return state
  },
})
