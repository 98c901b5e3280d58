import type { Micros } from '../market/units.ts'
import type { Expander, Kernel } from './kernel.ts'
import { fill } from './state.ts'

/**
 * What `kernel.step(state, input)` would give, asked without taking the step: the value for a bar that is still
 * forming, which may change and be asked again.
 *
 * The step runs on a copy of the state, by the rules by which a state is saved and restored, so that it holds for every
 * kernel. A record is borrowed, as that of a step is.
 *
 * @example
 * const sum: Kernel<{ sum: number }, number, number> = {
 *   name: 'sum',
 *   warmup: 1,
 *   init: () => ({ sum: 0 }),
 *   step(state, input) {
 *     state.sum += input
 *     return state.sum
 *   },
 * }
 * const state = sum.init()
 * sum.step(state, 1)
 * const forming = [peek(sum, state, 5), peek(sum, state, 7)]
 * forming // => [6, 8]
 * sum.step(state, 9) // => 10
 */
export const peek = <State, In, Out>(kernel: Kernel<State, In, Out>, state: State, input: In): Out | undefined =>
  kernel.step(copyOf(kernel, state), input)

/**
 * What an expander would give out if event time were `now`, and then the input came, if there is one: the bar that is
 * still forming is `peekAt(step, state, [end])`.
 */
export const peekAt = <State, In, Out>(
  expander: Expander<State, In, Out>,
  state: State,
  entry: readonly [now: Micros | undefined] | readonly [now: Micros | undefined, input: In],
): Out[] => {
  const outputs: Out[] = []
  // One record may be filled anew for each output.
  const emit = (output: Out): void => void outputs.push(structuredClone(output))
  const copy = copyOf(expander, state)
  const [now] = entry
  if (now !== undefined) expander.tick?.(copy, now, emit)
  if (entry.length > 1) expander.step(copy, entry[1] as In, emit)
  return outputs
}

const copyOf = <State>(kernel: { init(): State }, state: State): State => fill(kernel.init(), state) as State
