import { mayGenerate } from '../../engine/flow/generate.ts'
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
 * In      the record of a `together`, one member of which is the time `at`
 * Out     Vector; the record is reused
 * Emits   one per input whose numbers are all finite as float32; none else
 * State   4 bytes a number
 */
export const vector = <Members extends Stamped>(
  name: string,
  takes: readonly Take<Members>[],
): Lifted<Members, Vector> => lift(vectorStep(name, takes))

type Take<Members> = (members: Members) => number

interface VectorState {
  at: Micros
  readonly values: Float32Array
}

/** The pure step behind {@link vector}. */
export const vectorStep = <Members extends Stamped>(
  name: string,
  takes: readonly Take<Members>[],
): Kernel<VectorState, Members, Vector> => {
  const fill = mayGenerate() ? unrolled(takes) : looped(takes)
  return {
    name: `vector(${name})`,
    warmup: 1,
    init: () => ({ at: 0 as Micros, values: new Float32Array(takes.length) }),
    step(state, members) {
      if (!fill(members, state.values)) return undefined
      state.at = members.at
      return state
    },
  }
}

/** False when a number is not finite; the numbers before it are filled in then. */
type Fill<Members> = (members: Members, values: Float32Array) => boolean

const looped =
  <Members>(takes: readonly Take<Members>[]): Fill<Members> =>
  (members, values) => {
    for (let i = 0; i < takes.length; i++) {
      values[i] = takes[i]!(members)
      if (!Number.isFinite(values[i]!)) return false
    }
    return true
  }

let fills = 0

/**
 * The same with a call of its own for each number, which V8 inlines. The one call in a loop is not inlined, and boxes
 * each number: with it, ten features of a bar take more than twice as long. The count in the text is for V8, which
 * keeps what it learns of a function by its text.
 */
const unrolled = <Members>(takes: readonly Take<Members>[]): Fill<Members> => {
  fills += 1
  const lines = takes.map(
    (_, i) => `values[${i}] = take${i}(members); if (!Number.isFinite(values[${i}])) return false`,
  )
  const text = `return (members, values) => { // ${fills}\n${lines.join('\n')}\nreturn true }`
  return new Function(...takes.map((_, i) => `take${i}`), text)(...takes) as Fill<Members>
}
