import { assert } from '../engine/assert.ts'
import type { Kernel } from '../engine/flow/kernel.ts'
import { type FineMean, fineMean, slideFineMean } from './fine-mean.ts'
import type { MacdOptions } from './indicators/macd.ts'
import { checkLengths, inputsToForget } from './lengths.ts'
import { type Mean, noMean, slideMean } from './mean.ts'

export interface MeanGapState<Line extends string> {
  readonly fast: FineMean
  readonly slow: FineMean
  readonly signal: Mean
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
  const [fastWeight, slowWeight, signalWeight] = [2 / (fast + 1), 2 / (slow + 1), 2 / (signal + 1)]
  return {
    name: `${line}(${fast}, ${slow}, ${signal})`,
    warmup: slow + signal - 1,
    settle: slow + signal + inputsToForget(slowWeight) + inputsToForget(signalWeight),
    init: () => ({
      fast: fineMean(),
      slow: fineMean(),
      signal: noMean(),
      out: { [line]: 0, signal: 0, histogram: 0 } as MeanGapOut<Line>,
    }),
    step(state, input) {
      slideFineMean(state.fast, input, fast, fastWeight)
      if (!slideFineMean(state.slow, input, slow, slowWeight)) return undefined
      const value = lineOf(state.fast, state.slow)
      if (Number.isNaN(value) || !slideMean(state.signal, value, signal, signalWeight)) return undefined
      const out: Record<'signal' | 'histogram', number> = state.out
      state.out[line] = value as MeanGapOut<Line>[Line]
      out.signal = state.signal.mean
      out.histogram = value - out.signal
      return state.out
    },
  }
}
