import { describe, expect, it } from 'vitest'
import { answers, deviation, hasPublished, publishedBars, publishedOrNot } from '../published.ts'
import { alligatorStep } from './alligator.ts'
import { almaStep } from './alma.ts'
import { atrStopStep } from './atr-stop.ts'
import { bollingerStep } from './bollinger.ts'
import { chandelierExitStep } from './chandelier-exit.ts'
import { dojiStep } from './doji.ts'
import { donchianStep } from './donchian.ts'
import { fractalChaosBandsStep } from './fractal-chaos-bands.ts'
import { gatorStep } from './gator.ts'
import { hilbertTrendlineStep } from './hilbert-trendline.ts'
import { ichimokuStep } from './ichimoku.ts'
import { mamaStep } from './mama.ts'
import { marubozuStep } from './marubozu.ts'
import { mcginleyDynamicStep } from './mcginley-dynamic.ts'
import { movingAverageEnvelopeStep } from './moving-average-envelope.ts'
import { regressionStep } from './regression.ts'
import { rmaStep } from './rma.ts'
import { smaAnalysisStep } from './sma-analysis.ts'
import { starcBandsStep } from './starc-bands.ts'
import { stdevChannelStep } from './stdev-channel.ts'
import { ulcerIndexStep } from './ulcer-index.ts'
import { volatilityStopStep } from './volatility-stop.ts'

describe.runIf(hasPublished)(publishedOrNot, () => {
  const bars = hasPublished ? publishedBars() : []
  const closes = bars.map(({ close }) => close)
  const bollinger = answers(bollingerStep({ length: 20, deviations: 2 }), closes)
  const donchian = answers(donchianStep({ length: 20 }), bars)
  const envelope = answers(movingAverageEnvelopeStep({ length: 20, offsetPercent: 2.5 }), closes)
  const starc = answers(starcBandsStep({ length: 5, multiplier: 2, atrLength: 10 }), bars)
  const regression = answers(regressionStep({ length: 14 }), closes)
  const middles = bars.map(({ high, low }) => (high + low) / 2)
  const atrStop = answers(atrStopStep({ length: 21, multiplier: 3 }), bars)
  const volatilityStop = answers(volatilityStopStep({ length: 7, multiplier: 3 }), bars)
  const chandelier = answers(chandelierExitStep({ length: 22, multiplier: 3 }), bars)
  const mama = answers(mamaStep({ fast: 0.5, slow: 0.05 }), middles)
  const marubozu = answers(marubozuStep({ minBodyPercent: 95 }), bars)
  const analysis = answers(smaAnalysisStep({ length: 20 }), closes)

  it.each([
    ['bb.standard', 'lowerBand', field(bollinger, 'lower')],
    ['bb.standard', 'sma', field(bollinger, 'middle')],
    ['bb.standard', 'upperBand', field(bollinger, 'upper')],
    ['bb.standard', 'percentB', field(bollinger, 'percentB')],
    ['bb.standard', 'zScore', field(bollinger, 'zScore')],
    ['bb.standard', 'width', field(bollinger, 'width')],
    ['donchian.standard', 'lowerBand', field(donchian, 'lower')],
    ['donchian.standard', 'centerline', field(donchian, 'middle')],
    ['donchian.standard', 'upperBand', field(donchian, 'upper')],
    ['donchian.standard', 'width', field(donchian, 'width')],
    ['ma-env.standard', 'lowerEnvelope', field(envelope, 'lower')],
    ['ma-env.standard', 'centerline', field(envelope, 'middle')],
    ['ma-env.standard', 'upperEnvelope', field(envelope, 'upper')],
    ['starc.standard', 'lowerBand', field(starc, 'lower')],
    ['starc.standard', 'upperBand', field(starc, 'upper')],
    ['slope.standard', 'slope', field(regression, 'slope')],
    ['slope.standard', 'rSquared', field(regression, 'rSquared')],
    ['slope.standard', 'stdDev', field(regression, 'stdDev')],
    ['sma-analysis.standard', 'sma', field(analysis, 'sma')],
    ['sma-analysis.standard', 'mad', field(analysis, 'mad')],
    ['sma-analysis.standard', 'mse', field(analysis, 'mse')],
    ['sma-analysis.standard', 'mape', field(analysis, 'mape')],
    ['alma.standard', 'alma', answers(almaStep({ length: 9, offset: 0.85, sigma: 6 }), closes)],
    ['smma.standard', 'smma', answers(rmaStep({ length: 20 }), closes)],
    ['atr-stop.standard', 'atrStop', field(atrStop, 'stop')],
    ['atr-stop.standard', 'buyStop', stopOf(atrStop, -1)],
    ['atr-stop.standard', 'sellStop', stopOf(atrStop, 1)],
    ['vol-stop.standard', 'sar', field(volatilityStop, 'stop')],
    ['vol-stop.standard', 'upperBand', stopOf(volatilityStop, -1)],
    ['vol-stop.standard', 'lowerBand', stopOf(volatilityStop, 1)],
    ['vol-stop.standard', 'isStop', field(volatilityStop, 'isReversal')],
    ['chexit.standard', 'chandelierExit', field(chandelier, 'long')],
    ['dynamic.standard', 'dynamic', answers(mcginleyDynamicStep({ length: 14, factor: 0.6 }), closes)],
    ['mama.standard', 'mama', field(mama, 'mama')],
    ['mama.standard', 'fama', field(mama, 'fama')],
    ['doji.standard', 'match', answers(dojiStep({ maxChangePercent: 0.1 }), bars)],
    ['marubozu.standard', 'match', marubozu.map(side => side && side * 100)],
    ['ulcer.standard', 'ulcerIndex', answers(ulcerIndexStep({ length: 14 }), closes)],
  ] as const)('%s: %s', (file, name, ours) => {
    const { unmatched, worst } = deviation(ours, file, name)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })

  const ichimoku = answers(ichimokuStep(), bars)
  const alligator = answers(alligatorStep(), middles)
  const gator = answers(gatorStep(), middles)
  const chaos = answers(fractalChaosBandsStep({ span: 2 }), bars)
  const trendline = answers(hilbertTrendlineStep(), middles)

  // Ours are records, which come out once all of their lines are there.
  it.each([
    ['ichimoku.standard', 'tenkanSen', field(ichimoku, 'conversion'), 77],
    ['ichimoku.standard', 'kijunSen', field(ichimoku, 'base'), 77],
    ['ichimoku.standard', 'senkouSpanA', field(ichimoku, 'spanA'), 77],
    ['ichimoku.standard', 'senkouSpanB', field(ichimoku, 'spanB'), 0],
    ['alligator.standard', 'jaw', field(alligator, 'jaw'), 0],
    ['alligator.standard', 'teeth', field(alligator, 'teeth'), 20],
    ['alligator.standard', 'lips', field(alligator, 'lips'), 20],
    ['gator.standard', 'upper', field(gator, 'upper'), 21],
    ['gator.standard', 'lower', field(gator, 'lower'), 21],
    ['gator.standard', 'upperIsExpanding', field(gator, 'isUpperWider'), 0],
    ['gator.standard', 'lowerIsExpanding', field(gator, 'isLowerWider'), 21],
    ['fcb.standard', 'lowerBand', field(chaos, 'lower'), 0],
    ['fcb.standard', 'upperBand', field(chaos, 'upper'), 9],
    ['htl.standard', 'trendline', field(trendline, 'trendline'), 11],
    ['htl.standard', 'dcPeriods', field(trendline, 'period'), 11],
  ] as const)('%s: %s, from where the whole record is there', (file, name, ours, from) => {
    const { unmatched, worst } = deviation(ours, file, name, from)
    expect(unmatched).toBe(0)
    expect(worst).toBeLessThan(1e-9)
  })

  it('slope.standard: intercept, which is published for the bar before the first of all', () => {
    const ours = regression.map((line, i) => line && line.intercept - line.slope * (i - 12))
    expect(deviation(ours, 'slope.standard', 'intercept')).toMatchObject({ unmatched: 0, worst: expect.closeTo(0, 9) })
  })

  it('starc.standard: centerline, which is published before there are bands', () => {
    expect(deviation(field(starc, 'middle'), 'starc.standard', 'centerline', 10).worst).toBeLessThan(1e-9)
  })

  it.each([
    ['lowerChannel', 'lower'],
    ['centerline', 'middle'],
    ['upperChannel', 'upper'],
  ] as const)('stdev-channels.standard: %s, where a drawn line ends', (name, our) => {
    const channel = field(answers(stdevChannelStep({ length: 20, deviations: 2 }), closes), our)
    const ends = channel.map((value, i) => ((closes.length - 1 - i) % 20 === 0 ? value : null))
    expect(ends.filter(value => value !== null)).toHaveLength(25)
    expect(deviation(ends, 'stdev-channels.standard', name).worst).toBeLessThan(1e-9)
  })
})

/** One of the numbers of each record. */
function field<Name extends string>(
  records: readonly (Readonly<Record<Name, number>> | null)[],
  name: Name,
): readonly (number | null)[] {
  return records.map(record => record?.[name] ?? null)
}

/** The stop of one side, where it is in force. */
function stopOf(
  stops: readonly (Readonly<Record<'stop' | 'direction', number>> | null)[],
  side: number,
): readonly (number | null)[] {
  return stops.map(stop => (stop?.direction === side ? stop.stop : null))
}
