import { type AnyKernel, type Expander, isExpander, type Kernel } from '../flow/kernel.ts'
import type { Micros } from '../market/units.ts'

export type Step<In, Out> = Kernel<unknown, In, Out> | Expander<unknown, In, Out>

/** When it is, and the input then; an entry without an input is a clock record. */
export type Entry<In> = readonly [at: number | undefined] | readonly [at: number | undefined, input: In]

/** What the ears of a kernel hear before the first input: records by the name of their topic. */
export type Heard = Readonly<Record<string, readonly unknown[]>>

/**
 * Steps a kernel over the inputs and returns its values; `undefined` and `NaN` are no values. Where an input is a
 * record with its time in `at`, time moves on before the step, as it does in a graph.
 */
export const run = <In, Out>(kernel: Step<In, Out>, inputs: readonly In[], heard: Heard = {}): Out[] =>
  runAt(
    kernel,
    inputs.map(input => [timeOf(input), input]),
    heard,
  )

/** As `run`, with the time beside each input, in microseconds. */
export const runAt = <In, Out>(kernel: Step<In, Out>, entries: readonly Entry<In>[], heard: Heard = {}): Out[] => {
  const outputs: Out[] = []
  // A kernel may fill one record anew at each step, so what is kept is copied.
  const emit = (output: Out | undefined): void => {
    if (output !== undefined && !Number.isNaN(output)) outputs.push(structuredClone(output))
  }
  const expander = isExpander(kernel as AnyKernel) ? (kernel as Expander<unknown, In, Out>) : null
  const state = kernel.init()
  for (const { from, hear } of kernel.hears ?? [])
    if ('schema' in from) for (const record of heard[from.name] ?? []) hear(state, record as never)
  for (const entry of entries) {
    if (entry[0] !== undefined) expander?.tick?.(state, entry[0] as Micros, emit)
    if (entry.length === 1) continue
    if (expander) expander.step(state, entry[1], emit)
    else emit((kernel as Kernel<unknown, In, Out>).step(state, entry[1]))
  }
  return outputs
}

const timeOf = (input: unknown): number | undefined => {
  const at = typeof input === 'object' && input !== null && 'at' in input ? input.at : undefined
  return typeof at === 'number' ? at : undefined
}
