import { describe, expect, it } from 'vitest'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { accumulationDistributionStep } from './accumulation-distribution.ts'
import { chaikinMoneyFlowStep } from './chaikin-money-flow.ts'
import { chaikinOscillatorStep } from './chaikin-oscillator.ts'
import { forceIndexStep } from './force-index.ts'
import { klingerStep } from './klinger.ts'
import { moneyFlowIndexStep } from './money-flow-index.ts'
import { onBalanceVolumeStep } from './on-balance-volume.ts'
import { pvoStep } from './pvo.ts'
import { vwapStep } from './vwap.ts'

describe.runIf(hasPublished)(publishedOrNot, () => {
  const bars = hasPublished ? publishedBars() : []

  it.each([
    ['adl.standard', 'adl', answers(accumulationDistributionStep(), bars)],
    ['chaikin-osc.standard', 'oscillator', answers(chaikinOscillatorStep({ fast: 3, slow: 10 }), bars)],
    ['cmf.standard', 'cmf', answers(chaikinMoneyFlowStep({ length: 20 }), bars)],
    ['force.standard', 'forceIndex', answers(forceIndexStep({ length: 2 }), bars)],
    ['mfi.standard', 'mfi', answers(moneyFlowIndexStep({ length: 14 }), bars)],
    ['obv.standard', 'obv', answers(onBalanceVolumeStep(), bars)],
    ['vwap.standard', 'vwap', answers(vwapStep({}), bars)],
  ] as const)('%s: %s', (file, field, ours) => {
    const { unmatched, worst } = deviation(ours, file, field)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })

  // Ours come as one record, with the signal: the line alone, of the bars before it, does not.
  it.each([
    ['pvo.standard', 'pvo', pvo('pvo')],
    ['pvo.standard', 'signal', pvo('signal')],
    ['pvo.standard', 'histogram', pvo('histogram')],
    ['kvo.standard', 'oscillator', kvo('oscillator')],
    ['kvo.standard', 'signal', kvo('signal')],
  ] as const)('%s: %s, from the first signal on', (file, field, ours) => {
    const { unmatched, worst } = deviation(
      ours,
      file,
      field,
      ours.findIndex(value => value !== null),
    )
    expect(ours.filter(value => value === null)).toHaveLength(file === 'pvo.standard' ? 33 : 68)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })

  function pvo(field: 'pvo' | 'signal' | 'histogram'): readonly (number | null)[] {
    return answers(pvoStep({ fast: 12, slow: 26, signal: 9 }), bars).map(record => record?.[field] ?? null)
  }

  function kvo(field: 'oscillator' | 'signal'): readonly (number | null)[] {
    return answers(klingerStep({ fast: 34, slow: 55, signal: 13 }), bars).map(record => record?.[field] ?? null)
  }
})
