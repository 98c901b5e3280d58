import type { Kernel } from '../../engine/flow/kernel.ts'
import { type Lifted, lift } from '../../engine/flow/lift.ts'
import type { Bar } from '../../engine/market/bar.ts'
import type { MacdOptions } from '../indicators/macd.ts'
import { ppoStep } from '../indicators/ppo.ts'
import type { StateOf } from '../parts.ts'

/** A line, its mean, and how far apart they are, in percent of volume. */
export interface Pvo {
  readonly pvo: number
  readonly signal: number
  /** The line less the signal. */
  readonly histogram: number
}

/**
 * Percentage volume oscillator: how far a quick exponential mean of volume is above a slow one, in percent of the slow
 * one. Above 0 volume grows.
 *
 * In      a bar's { volume }, base units
 * Out     Pvo, percent; all 0 where volume does not change; the record is reused
 * Emits   one per bar from bar `slow + signal - 1` on; none while the slow mean is 0, as of volumes that were all 0
 * State   as `ppo`
 * Late    not seen: works by order; a gap counts as one step
 * Fails   Defect ASSERT when a length is not an integer of at least 1, or slow is not above fast
 * Source  `ppo` of volumes; Achelis 2000, Technical Analysis from A to Z, "volume oscillator"
 *
 * @example
 * const bar = (volume: number) => ({ volume })
 * run(pvoStep({ fast: 1, slow: 2, signal: 2 }), [1, 2, 4].map(bar))
 * // => [{ pvo: 26.315789, signal: 29.824561, histogram: -3.508772 }]
 */
export const pvo = (options: MacdOptions): Lifted<Pick<Bar, 'volume'>, Pvo> => lift(pvoStep(options))

interface PvoState {
  readonly volumes: StateOf<typeof ppoStep>
  readonly out: { -readonly [name in keyof Pvo]: Pvo[name] }
}

/** The pure step behind {@link pvo}. */
export const pvoStep = (options: MacdOptions): Kernel<PvoState, Pick<Bar, 'volume'>, Pvo> => {
  const ppo = ppoStep(options)
  return {
    name: ppo.name.replace('ppo', 'pvo'),
    warmup: ppo.warmup,
    settle: ppo.settle!,
    init: () => ({ volumes: ppo.init(), out: { pvo: 0, signal: 0, histogram: 0 } }),
    step({ volumes, out }, { volume }) {
      const oscillator = ppo.step(volumes, volume)
      if (!oscillator) return undefined
      out.pvo = oscillator.ppo
      out.signal = oscillator.signal
      out.histogram = oscillator.histogram
      return out
    },
  }
}
