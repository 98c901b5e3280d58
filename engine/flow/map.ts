import type { Kernel } from './kernel.ts'
import { type Lifted, lift } from './lift.ts'

/** A stateless step of one's own: `map('points', q => Math.round(q.bid * 1e5))`. NaN and undefined are no value. */
export const map = <In, Out>(id: string, compute: (input: In) => Out | undefined): Lifted<In, Out> =>
  lift(mapStep(id, compute))

/** The pure step behind {@link map}. */
export const mapStep = <In, Out>(id: string, compute: (input: In) => Out | undefined): Kernel<null, In, Out> => ({
  name: id,
  warmup: 1,
  init: () => null,
  step: (_state, input) => compute(input),
})
