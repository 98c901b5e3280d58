import { assert } from '../engine/assert.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import { type Cascade, cascade, slideCascade } from './cascade.ts'
import { type FineMean, fineMean, slideFineMean } from './fine-mean.ts'
import type { MacdOptions } from './indicators/macd.ts'
import { checkLengths, inputsToForget } from './lengths.ts'

export interface MeanGapState<Line extends string> {
  readonly fast: FineMean
  readonly slow: FineMean
  readonly signal: Cascade
  readonly out: MeanGapOut<Line>
}

type MeanGapOut<Line extends string> = Record<Line | 'signal' | 'histogram', number>

/**
 * How far a quick exponential mean is above a slow one, by `lineOf`, with the mean of that line and how far apart the
 * two are. A line that is NaN counts in no signal.
 */
export const meanGapStep = <Line extends string>(
  line: Line,
  { fast, slow, signal }: MacdOptions,
  lineOf: (fast: FineMean, slow: FineMean) => number,
): Kernel<MeanGapState<Line>, number, Readonly<MeanGapOut<Line>>> => {
  checkLengths(line, { fast, slow, signal }, 1)
  assert(slow > fast, `${line}: slow is above fast ${fast}, found ${slow}`)
  return {
    name: `${line}(${fast}, ${slow}, ${signal})`,
    warmup: slow + signal - 1,
    settle: slow + signal + inputsToForget(2 / (slow + 1)) + inputsToForget(2 / (signal + 1)),
    init: () => ({
      fast: fineMean(),
      slow: fineMean(),
      signal: cascade(1),
      out: { [line]: 0, signal: 0, histogram: 0 } as MeanGapOut<Line>,
    }),
    step(state, input) {
      slideFineMean(state.fast, input, fast)
      if (!slideFineMean(state.slow, input, slow)) return undefined
      const value = lineOf(state.fast, state.slow)
      if (Number.isNaN(value) || !slideCascade(state.signal, value, signal, 2 / (signal + 1))) return undefined
      const out: Record<'signal' | 'histogram', number> = state.out
      state.out[line] = value as MeanGapOut<Line>[Line]
      out.signal = state.signal.means[0]!
      out.histogram = value - out.signal
      return state.out
    },
  }
}
