import { assert } from '../../engine/assert.ts'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import { checkLengths } from '../lengths.ts'
import {
  type BarIndicator,
  barFields,
  type Candle,
  isOfBars,
  isOfNumbers,
  type Live,
  type NumberIndicator,
  start,
} from '../technicalindicators.ts'

export interface TechnicalIndicatorOptions<Name extends NumberIndicator | BarIndicator> {
  /** What technicalindicators calls it: 'RSI', 'BollingerBands', 'doji'. */
  readonly indicator: Name
  /** Its parameters as technicalindicators calls them: { period: 14 }. */
  readonly parameters: Readonly<Record<string, number | boolean>>
  /** How many inputs it is run over when it begins anew; many times its period where it is recursive. Integer. */
  readonly history: number
}

/** A number, or a record of numbers by the names that technicalindicators gives them. */
export type TechnicalIndicatorValue = number | Readonly<Record<string, number>>

/**
 * An indicator of the library technicalindicators 3.1.0, as it is there, with its errors. Take the operator of the same
 * name where there is one: this is for strategies that were built on that library, and for comparisons.
 *
 * Its indicators cannot be saved. What is kept are the inputs: a new indicator is run over the last `history` of them
 * each time so many more have come, and whenever a state is restored, so that all digits are the same. What sums from
 * its first input would not be the same, and is refused: `ADL`, `OBV`, `VWAP`.
 *
 * Known errors: `RSI` and `MFI` are rounded to 2 decimals, and so is `StochasticRSI`, which is built on it; `MFI` takes
 * equal prices for an outflow and begins a bar late; `SD` and `BollingerBands` repeat the value before when the mean is
 * exactly 0; `Stochastic` and `WilliamsR` are wrong below 0; `RSI` is 100 on a flat market, where `ADX`, `CCI`
 * and `WilliamsR` have no value, `ADX` until it begins anew; `MACD` and `KST` have none when the signal is exactly 0.
 *
 * In      number; or a bar's { open, high, low, close, volume }, whichever the indicator reads
 * Out     TechnicalIndicatorValue, unit of the indicator; a pattern of candles is 1 when it is there, else 0
 * Emits   one per input once the indicator has a value; none where it gives NaN, or a record with a hole
 * State   `2 * history` inputs per key
 * Late    not seen: works by order
 * Fails   Defect ASSERT for an indicator that cannot be run by windows, or when history is too short for a value
 * Source  technicalindicators 3.1.0, MIT; the errors were found by tests and reading, see its issues 53, 109, 132, 256
 *
 * @example
 * run(technicalIndicatorStep({ indicator: 'SMA', parameters: { period: 3 }, history: 9 }), [1, 2, 3, 4]) // => [2, 3]
 */
export const technicalIndicator = <Name extends NumberIndicator | BarIndicator>(
  options: TechnicalIndicatorOptions<Name>,
): Lifted<InputOf<Name>, TechnicalIndicatorValue> => lift(technicalIndicatorStep(options))

interface History {
  /** Of each input a number, or all fields of a bar; the oldest first. */
  readonly inputs: Float64Array
  count: number
}

/** The pure step behind {@link technicalIndicator}. */
export const technicalIndicatorStep = <Name extends NumberIndicator | BarIndicator>({
  indicator,
  parameters,
  history,
}: TechnicalIndicatorOptions<Name>): Kernel<History, InputOf<Name>, TechnicalIndicatorValue> => {
  checkLengths('technicalIndicator', { history }, 1)
  const isKnown = isOfNumbers(indicator) || isOfBars(indicator)
  assert(isKnown, `technicalIndicator: ${indicator} sums from its first input, is no series, or is not there`)
  const width = isOfNumbers(indicator) ? 1 : barFields.length
  const begin = (): Run => ({ live: start(indicator, parameters), count: 0 })
  // A run can always be made again from the inputs, so it is no part of the state.
  const runs = new WeakMap<History, Run>()
  const runOf = (state: History): Run => {
    const known = runs.get(state)
    if (known?.count === state.count) return known
    const run = begin()
    while (run.count < state.count) advance(run, inputAt(state.inputs, run.count, width))
    runs.set(state, run)
    return run
  }
  const said = Object.entries(parameters).map(([name, value]) => `${name} ${value}`)
  return {
    name: `technicalIndicator(${[indicator, ...said, history].join(', ')})`,
    warmup: warmupOf(begin(), width, history),
    settle: 2 * history,
    init: () => ({ inputs: new Float64Array(2 * history * width), count: 0 }),
    step(state, input) {
      if (state.count === 2 * history) {
        state.inputs.copyWithin(0, history * width)
        state.count = history
      }
      const run = runOf(state)
      keep(state, input, width)
      return wholeOf(advance(run, inputAt(state.inputs, run.count, width)))
    },
  }
}

type InputOf<Name> = Name extends NumberIndicator ? number : Candle

interface Run {
  readonly live: Live
  count: number
}

const advance = (run: Run, input: number | Candle): unknown => {
  run.count += 1
  return run.live.nextValue(input)
}

const keep = (state: History, input: number | Candle, width: number): void => {
  const at = state.count * width
  if (typeof input === 'number') state.inputs[at] = input
  else for (const [i, field] of barFields.entries()) state.inputs[at + i] = input[field]
  state.count += 1
}

/** A record of its own, since the library keeps what it is given. */
const inputAt = (inputs: Float64Array, index: number, width: number): number | Candle => {
  if (width === 1) return inputs[index]!
  const values = barFields.map((field, i) => [field, inputs[index * width + i]!] as const)
  return Object.fromEntries(values) as Candle
}

/** No value where there is none, or only a part of one. */
const wholeOf = (value: unknown): TechnicalIndicatorValue | undefined => {
  const parts = typeof value === 'object' && value !== null ? Object.values(value) : [value]
  return parts.every(Number.isFinite) ? (value as TechnicalIndicatorValue) : undefined
}

/** Found by trying, on prices that rise and fall: the library does not tell. */
const warmupOf = (run: Run, width: number, history: number): number => {
  while (run.count < history) {
    const price = 100 + ((run.count * 7) % 11) - ((run.count * 5) % 13)
    const candle = { open: price - 1, high: price + 2, low: price - 2, close: price, volume: 10 + (run.count % 3) }
    if (wholeOf(advance(run, width === 1 ? price : candle)) !== undefined) return run.count
  }
  assert(false, `technicalIndicator: a history of ${history} is too short for a value`)
}
