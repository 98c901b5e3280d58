import { describe, expect, it } from 'vitest'
import type { Kernel } from '../../engine/flow/kernel.ts'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot, publishedSheet } from '../published.ts'
import type { HighLowClose } from './adx.ts'
import { aroonStep } from './aroon.ts'
import { awesomeOscillatorStep } from './awesome-oscillator.ts'
import { balanceOfPowerStep } from './balance-of-power.ts'
import { cciStep } from './cci.ts'
import { connorsRsiStep } from './connors-rsi.ts'
import { directionalStep } from './directional.ts'
import { dpoStep } from './dpo.ts'
import { elderRayStep } from './elder-ray.ts'
import { macdStep } from './macd.ts'
import { pmoStep } from './pmo.ts'
import { ppoStep } from './ppo.ts'
import { rateOfChangeStep } from './rate-of-change.ts'
import { rocBandsStep } from './roc-bands.ts'
import { smiStep } from './smi.ts'
import { stochasticStep } from './stochastic.ts'
import { stochasticRsiStep } from './stochastic-rsi.ts'
import { tsiStep } from './tsi.ts'
import { ultimateOscillatorStep } from './ultimate-oscillator.ts'
import { vortexStep } from './vortex.ts'
import { williamsRStep } from './williams-r.ts'

describe.runIf(hasPublished)(publishedOrNot, () => {
  const bars = hasPublished ? publishedBars() : []
  const closes = bars.map(({ close }) => close)

  const awesome = answers(awesomeOscillatorStep({ fast: 5, slow: 34 }), bars)
  const dpo = answers(dpoStep({ length: 14 }), closes)

  it.each([
    ['awesome.standard', 'oscillator', awesome],
    [
      'awesome.standard',
      'normalized',
      awesome.map((value, i) => (value === null ? null : (200 * value) / (bars[i]!.high + bars[i]!.low))),
    ],
    ['bop.standard', 'bop', answers(balanceOfPowerStep({ length: 14 }), bars)],
    ['cci.standard', 'cci', answers(cciStep({ length: 20 }), bars)],
    ['crsi.standard', 'connorsRsi', answers(connorsRsiStep({ length: 3, streak: 2, rank: 100 }), closes)],
    // They draw the value where the price was that it tells of, 8 bars before it is known.
    ['dpo.standard', 'dpo', [...dpo.slice(8), ...new Array<null>(8).fill(null)]],
    ['roc.standard', 'roc', answers(rateOfChangeStep({ lag: 14 }), closes)],
    ['willr.standard', 'williamsR', answers(williamsRStep({ length: 14 }), bars)],
  ] as const)('%s: %s', (file, field, ours) => {
    const { unmatched, worst } = deviation(ours, file, field)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })

  // A record comes when all of it is known: some of their columns begin earlier than the last one.
  const recordsOf = <State, In, Out extends object>(kernel: Kernel<State, In, Out>, inputs: readonly In[]) => ({
    values: answers(kernel, inputs) as readonly (Readonly<Record<string, number>> | null)[],
    from: kernel.warmup - 1,
  })
  const aroon = recordsOf(aroonStep({ length: 25 }), bars)
  const directional = recordsOf(directionalStep({ length: 14 }), bars)
  const elder = recordsOf(elderRayStep({ length: 13 }), bars)
  const macd = recordsOf(macdStep({ fast: 12, slow: 26, signal: 9 }), closes)
  const pmo = recordsOf(pmoStep({ long: 35, short: 20, signal: 10 }), closes)
  const volumes = bars.map(({ volume }) => volume)
  const ppo = recordsOf(ppoStep({ fast: 12, slow: 26, signal: 9 }), volumes)
  const rocBands = recordsOf(rocBandsStep({ lag: 20, average: 5, width: 5 }), closes)
  const smi = recordsOf(smiStep({ length: 13, first: 25, second: 2, signal: 3 }), bars)
  const stochastic = recordsOf(stochasticStep({ length: 14, smooth: 3, signal: 3 }), bars)
  const stochasticRsi = recordsOf(stochasticRsiStep({ length: 14, window: 14, smooth: 1, signal: 3 }), closes)
  const tsi = recordsOf(tsiStep({ long: 25, short: 13, signal: 7 }), closes)

  it.each([
    ['adx.standard', 'pdi', directional, 'plus'],
    ['adx.standard', 'mdi', directional, 'minus'],
    ['adx.standard', 'dx', directional, 'dx'],
    ['adx.standard', 'adx', directional, 'adx'],
    ['adx.standard', 'adxr', directional, 'adxr'],
    ['aroon.standard', 'aroonUp', aroon, 'up'],
    ['aroon.standard', 'aroonDown', aroon, 'down'],
    ['aroon.standard', 'oscillator', aroon, 'oscillator'],
    ['elder-ray.standard', 'bullPower', elder, 'bull'],
    ['elder-ray.standard', 'bearPower', elder, 'bear'],
    ['macd.standard', 'macd', macd, 'macd'],
    ['macd.standard', 'signal', macd, 'signal'],
    ['macd.standard', 'histogram', macd, 'histogram'],
    ['pmo.standard', 'pmo', pmo, 'pmo'],
    ['pmo.standard', 'signal', pmo, 'signal'],
    ['pvo.standard', 'pvo', ppo, 'ppo'],
    ['pvo.standard', 'signal', ppo, 'signal'],
    ['pvo.standard', 'histogram', ppo, 'histogram'],
    ['roc-wb.standard', 'roc', rocBands, 'roc'],
    ['roc-wb.standard', 'rocEma', rocBands, 'mean'],
    ['roc-wb.standard', 'upperBand', rocBands, 'upper'],
    ['roc-wb.standard', 'lowerBand', rocBands, 'lower'],
    ['smi.standard', 'smi', smi, 'smi'],
    ['smi.standard', 'signal', smi, 'signal'],
    ['stoch.standard', 'k', stochastic, 'k'],
    ['stoch.standard', 'd', stochastic, 'd'],
    ['stoch.standard', 'j', stochastic, 'j'],
    ['stoch-rsi.standard', 'stochRsi', stochasticRsi, 'k'],
    ['stoch-rsi.standard', 'signal', stochasticRsi, 'd'],
    ['tsi.standard', 'tsi', tsi, 'tsi'],
    ['tsi.standard', 'signal', tsi, 'signal'],
  ] as const)('%s: %s', (file, field, { values, from }, ours) => {
    const { unmatched, worst } = deviation(
      values.map(value => value?.[ours] ?? null),
      file,
      field,
      from,
    )
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })

  const barsOf = (name: string): readonly HighLowClose[] =>
    (hasPublished ? publishedSheet(name) : []).map(row => ({ high: row.High!, low: row.Low!, close: row.Close! }))
  const vortex = recordsOf(vortexStep({ length: 14 }), barsOf('vortex')).values
  const ultimate = answers(ultimateOscillatorStep({ short: 7, middle: 14, long: 28 }), barsOf('ultosc'))

  it.each([
    ['ultosc', 'Ult_Osc', ultimate],
    ['vortex', '+VI14', vortex.map(value => value?.plus ?? null)],
    ['vortex', '-VI14', vortex.map(value => value?.minus ?? null)],
  ] as const)('worked sheet %s: %s', (name, column, ours) => {
    const theirs = publishedSheet(name).map(row => row[column]!)
    expect(ours.map(value => value !== null)).toEqual(theirs.map(Number.isFinite))
    // The sheets print six digits.
    for (const [i, value] of ours.entries()) if (value !== null) expect(Math.abs(value - theirs[i]!)).toBeLessThan(1e-6)
  })
})
