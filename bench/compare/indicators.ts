import * as indicatorts from 'indicatorts'
import * as ts from 'trading-signals'
import * as our from '../../operators/index.ts'
import { batch, type Entry, type Library, ours, signals, theirs } from './series.ts'

/** One indicator, as each library has it. */
export interface Indicator {
  readonly name: string
  /** Where its values are published: file and field. */
  readonly golden: readonly [file: string, field: string]
  /** What a value does when all prices rise by the same: rises with them, stays; null where it is neither. */
  readonly shifted: 'rises' | 'stays' | null
  readonly entries: Readonly<Partial<Record<Library, Entry>>>
}

const row = (
  name: string,
  golden: Indicator['golden'],
  shifted: Indicator['shifted'],
  entries: Indicator['entries'],
): Indicator => ({ name, golden, shifted, entries })

export const indicators: readonly Indicator[] = [
  row('sma(20)', ['sma.standard', 'sma'], 'rises', {
    millrace: ours(() => our.smaStep({ length: 20 }), 'close'),
    technicalindicators: theirs('SMA', { period: 20 }, 'close'),
    'trading-signals': signals(() => new ts.SMA(20), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.sma(closes, { period: 20 })),
  }),
  row('ema(20)', ['ema.standard', 'ema'], 'rises', {
    millrace: ours(() => our.emaStep({ length: 20 }), 'close'),
    technicalindicators: theirs('EMA', { period: 20 }, 'close'),
    'trading-signals': signals(() => new ts.EMA(20), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.ema(closes, { period: 20 })),
  }),
  row('wma(14)', ['wma.standard', 'wma'], 'rises', {
    millrace: ours(() => our.wmaStep({ length: 14 }), 'close'),
    technicalindicators: theirs('WMA', { period: 14 }, 'close'),
    'trading-signals': signals(() => new ts.WMA(14), 'close'),
  }),
  row('rma(20)', ['smma.standard', 'smma'], 'rises', {
    millrace: ours(() => our.rmaStep({ length: 20 }), 'close'),
    technicalindicators: theirs('WEMA', { period: 20 }, 'close'),
    'trading-signals': signals(() => new ts.WSMA(20), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.rma(closes, { period: 20 })),
  }),
  row('dema(14)', ['dema.standard', 'dema'], 'rises', {
    millrace: ours(() => our.demaStep({ length: 14 }), 'close'),
    'trading-signals': signals(() => new ts.DEMA(14), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.dema(closes, { period: 14 })),
  }),
  row('tema(20)', ['tema.standard', 'tema'], 'rises', {
    millrace: ours(() => our.temaStep({ length: 20 }), 'close'),
    'trading-signals': signals(() => new ts.TEMA(20), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.tema(closes, { period: 20 })),
  }),
  row('hma(14)', ['hma.standard', 'hma'], 'rises', {
    millrace: ours(() => our.hmaStep({ length: 14 }), 'close'),
    'trading-signals': signals(() => new ts.HMA(14), 'close'),
  }),
  row('rsi(14)', ['rsi.standard', 'rsi'], 'stays', {
    millrace: ours(() => our.rsiStep({ length: 14 }), 'close'),
    technicalindicators: theirs('RSI', { period: 14 }, 'close'),
    'trading-signals': signals(() => new ts.RSI(14), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.rsi(closes, { period: 14 })),
  }),
  row('macd(12, 26, 9)', ['macd.standard', 'signal'], 'stays', {
    millrace: ours(() => our.macdStep({ fast: 12, slow: 26, signal: 9 }), 'close', 'signal'),
    technicalindicators: theirs(
      'MACD',
      { fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false },
      'close',
      'signal',
    ),
    'trading-signals': signals(() => new ts.MACD(new ts.EMA(12), new ts.EMA(26), new ts.EMA(9)), 'close', 'signal'),
    indicatorts: batch(({ closes }) => indicatorts.macd(closes, { fast: 12, slow: 26, signal: 9 }).signalLine),
  }),
  row('bollinger(20, 2)', ['bb.standard', 'upperBand'], 'rises', {
    millrace: ours(() => our.bollingerStep({ length: 20, deviations: 2 }), 'close', 'upper'),
    technicalindicators: theirs('BollingerBands', { period: 20, stdDev: 2 }, 'close', 'upper'),
    'trading-signals': signals(() => new ts.BollingerBands(20, 2), 'close', 'upper'),
    indicatorts: batch(({ closes }) => indicatorts.bb(closes, { period: 20 }).upper),
  }),
  row('stdev(14)', ['stdev.standard', 'stdDev'], 'stays', {
    millrace: ours(() => our.stdevStep({ length: 14 }), 'close'),
    technicalindicators: theirs('SD', { period: 14 }, 'close'),
    indicatorts: batch(({ closes }) => indicatorts.mstd(closes, { period: 14 })),
  }),
  row('rateOfChange(14)', ['roc.standard', 'roc'], null, {
    millrace: ours(() => our.rateOfChangeStep({ lag: 14 }), 'close'),
    technicalindicators: theirs('ROC', { period: 14 }, 'close'),
    'trading-signals': signals(() => new ts.ROC(14), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.roc(closes, { period: 14 })),
  }),
  row('atr(14)', ['atr.standard', 'atr'], 'stays', {
    millrace: ours(() => our.atrStep({ length: 14 }), 'bar'),
    technicalindicators: theirs('ATR', { period: 14 }, 'bar'),
    'trading-signals': signals(() => new ts.ATR(14), 'bar'),
    indicatorts: batch(({ highs, lows, closes }) => indicatorts.atr(highs, lows, closes, { period: 14 }).atrLine),
  }),
  row('adx(14)', ['adx.standard', 'adx'], 'stays', {
    millrace: ours(() => our.adxStep({ length: 14 }), 'bar'),
    technicalindicators: theirs('ADX', { period: 14 }, 'bar', 'adx'),
    'trading-signals': signals(() => new ts.ADX(14), 'bar'),
  }),
  row('cci(20)', ['cci.standard', 'cci'], 'stays', {
    millrace: ours(() => our.cciStep({ length: 20 }), 'bar'),
    technicalindicators: theirs('CCI', { period: 20 }, 'bar'),
    'trading-signals': signals(() => new ts.CCI(20), 'bar'),
    indicatorts: batch(({ highs, lows, closes }) => indicatorts.cci(highs, lows, closes, { period: 20 })),
  }),
  row('stochastic(14, 3, 3)', ['stoch.standard', 'k'], 'stays', {
    millrace: ours(() => our.stochasticStep({ length: 14, smooth: 3, signal: 3 }), 'bar', 'k'),
    technicalindicators: theirs('Stochastic', { period: 14, signalPeriod: 3 }, 'bar', 'd'),
    'trading-signals': signals(
      () => new ts.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 }),
      'bar',
      'stochK',
    ),
    indicatorts: batch(
      ({ highs, lows, closes }) => indicatorts.stoch(highs, lows, closes, { kPeriod: 14, dPeriod: 3 }).d,
    ),
  }),
  row('williamsR(14)', ['willr.standard', 'williamsR'], 'stays', {
    millrace: ours(() => our.williamsRStep({ length: 14 }), 'bar'),
    technicalindicators: theirs('WilliamsR', { period: 14 }, 'bar'),
    'trading-signals': signals(() => new ts.WilliamsR(14), 'bar'),
    indicatorts: batch(({ highs, lows, closes }) => indicatorts.willr(highs, lows, closes, { period: 14 })),
  }),
  row('aroon(25)', ['aroon.standard', 'aroonUp'], 'stays', {
    millrace: ours(() => our.aroonStep({ length: 25 }), 'bar', 'up'),
    indicatorts: batch(({ highs, lows }) => indicatorts.aroon(highs, lows, { period: 25 }).up),
  }),
  row('awesomeOscillator(5, 34)', ['awesome.standard', 'oscillator'], 'stays', {
    millrace: ours(() => our.awesomeOscillatorStep({ fast: 5, slow: 34 }), 'bar'),
    technicalindicators: theirs('AwesomeOscillator', { fastPeriod: 5, slowPeriod: 34 }, 'bar'),
    'trading-signals': signals(() => new ts.AO(5, 34), 'bar'),
    indicatorts: batch(({ highs, lows }) => indicatorts.ao(highs, lows, { fast: 5, slow: 34 })),
  }),
  row('donchian(20)', ['donchian.standard', 'upperBand'], 'rises', {
    millrace: ours(() => our.donchianStep({ length: 20 }), 'bar', 'upper'),
    'trading-signals': signals(() => new ts.DonchianChannels(20), 'bar', 'upper'),
  }),
  row('moneyFlowIndex(14)', ['mfi.standard', 'mfi'], null, {
    millrace: ours(() => our.moneyFlowIndexStep({ length: 14 }), 'bar'),
    technicalindicators: theirs('MFI', { period: 14 }, 'bar'),
    'trading-signals': signals(() => new ts.MFI(14), 'bar'),
    indicatorts: batch(({ highs, lows, closes, volumes }) =>
      indicatorts.mfi(highs, lows, closes, volumes, { period: 14 }),
    ),
  }),
  row('onBalanceVolume', ['obv.standard', 'obv'], null, {
    millrace: ours(() => our.onBalanceVolumeStep(), 'bar'),
    technicalindicators: theirs('OBV', {}, 'bar'),
    'trading-signals': signals(() => new ts.OBV(2), 'bar'),
    indicatorts: batch(({ closes, volumes }) => indicatorts.obv(closes, volumes)),
  }),
  row('chaikinMoneyFlow(20)', ['cmf.standard', 'cmf'], 'stays', {
    millrace: ours(() => our.chaikinMoneyFlowStep({ length: 20 }), 'bar'),
    'trading-signals': signals(() => new ts.CMF(20), 'bar'),
    indicatorts: batch(({ highs, lows, closes, volumes }) =>
      indicatorts.cmf(highs, lows, closes, volumes, { period: 20 }),
    ),
  }),
]
