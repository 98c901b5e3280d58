import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import { type Cadence, isDue, slopeThrough } from '../log-log.ts'
import { exchange, type Ring, ring, unroll } from '../ring.ts'

export interface HiguchiDimensionOptions {
  /** Window, in inputs. Integer, at least twice `intervals`. 100 is the usual. */
  readonly length: number
  /** The curve is measured in steps of 1 to so many inputs. Integer, at least 2. 8 is the usual. */
  readonly intervals: number
  /** Inputs from one value to the next. Integer, at least 1: 1 if not given. */
  readonly every?: number
}

/**
 * Higuchi's fractal dimension: how fast the length of the curve falls when it is measured in longer steps. 1 for a
 * straight line, 1.5 for a random walk, 2 for noise about a mean.
 *
 * In      number, any unit; finite
 * Out     number, mostly 1..2
 * Emits   from input number `length` on, one per `every` inputs; none while one of the measured curves has no length
 * State   `length` numbers per key; a value takes `length * intervals` steps, an input between two values takes one
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when intervals is not an integer of at least 2, length not one of twice as many, or every not
 *         one of at least 1
 * Source  Higuchi 1988, Physica D 31(2)
 *
 * @example
 * run(higuchiDimensionStep({ length: 4, intervals: 2 }), [1, 2, 3, 4, 3]) // => [1.0, 2.0]
 */
export const higuchiDimension = (options: HiguchiDimensionOptions): Lifted<number, number> =>
  lift(higuchiDimensionStep(options))

interface HiguchiState extends Cadence {
  readonly inputs: Ring
}

/** The pure step behind {@link higuchiDimension}. */
export const higuchiDimensionStep = ({
  length,
  intervals,
  every = 1,
}: HiguchiDimensionOptions): Kernel<HiguchiState, number, number> => {
  checkLengths('higuchiDimension', { intervals }, 2)
  checkLengths('higuchiDimension', { every }, 1)
  checkLengths('higuchiDimension', { length }, 2 * intervals)
  const values = new Float64Array(length)
  const logs = Float64Array.from({ length: intervals }, (_, i) => -Math.log(i + 1))
  const lengths = new Float64Array(intervals)
  return {
    name: `higuchiDimension(${every === 1 ? `${length}, ${intervals}` : `${length}, ${intervals}, ${every}`})`,
    warmup: length,
    init: () => ({ left: length, inputs: ring(length) }),
    step(state, input) {
      exchange(state.inputs, input)
      if (!isDue(state, every)) return Number.NaN
      unroll(state.inputs, values)
      for (let step = 1; step <= intervals; step++) lengths[step - 1] = Math.log(curveLength(values, step))
      const slope = slopeThrough(logs, lengths)
      return Number.isFinite(slope) ? slope : Number.NaN
    },
  }
}

/** The mean over the curves that begin at each of the first `step` numbers. */
const curveLength = (values: Float64Array, step: number): number => {
  let sum = 0
  for (let from = 0; from < step; from++) {
    const count = Math.floor((values.length - 1 - from) / step)
    let path = 0
    for (let i = 1; i <= count; i++) path += Math.abs(values[from + i * step]! - values[from + (i - 1) * step]!)
    sum += path / count
  }
  return (sum * (values.length - 1)) / (step * step * step)
}
