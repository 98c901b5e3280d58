import * as indicatorts from 'indicatorts'
import * as ts from 'trading-signals'
import * as our from '../../operators/index.ts'
import * as hand from './hand.ts'
import { type Indicator, row } from './row.ts'
import { batch, ours, signals, theirs } from './series.ts'

/** What reads a price. */
export const ofPrices: readonly Indicator[] = [
  row('sma(20)', ['sma.standard', 'sma'], 'rises', {
    millrace: ours(() => our.smaStep({ length: 20 }), 'close'),
    technicalindicators: theirs('SMA', { period: 20 }, 'close'),
    'trading-signals': signals(() => new ts.SMA(20), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.sma(closes, { period: 20 })),
  }),
  row('ema(20)', ['ema.standard', 'ema'], 'rises', {
    millrace: ours(() => our.emaStep({ length: 20 }), 'close'),
    hand: hand.exponential(20, 2 / 21),
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
    hand: hand.exponential(20, 1 / 20),
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
    hand: hand.macd(12, 26, 9),
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
  row('kama(10, 2, 30)', null, 'rises', {
    millrace: ours(() => our.kamaStep({ length: 10, fast: 2, slow: 30 }), 'close'),
    'trading-signals': signals(() => new ts.KAMA(10), 'close'),
  }),
  row('alma(9, 0.85, 6)', ['alma.standard', 'alma'], 'rises', {
    millrace: ours(() => our.almaStep({ length: 9, offset: 0.85, sigma: 6 }), 'close'),
    'trading-signals': signals(() => new ts.ALMA(9, 0.85, 6), 'close'),
  }),
  row('t3(5, 0.7)', null, 'rises', {
    millrace: ours(() => our.t3Step({ length: 5, volumeFactor: 0.7 }), 'close'),
    'trading-signals': signals(() => new ts.T3(5, 0.7), 'close'),
  }),
  row('vidya(14, 14)', null, 'rises', {
    millrace: ours(() => our.vidyaStep({ length: 14, momentum: 14 }), 'close'),
    'trading-signals': signals(() => new ts.VIDYA(14), 'close'),
  }),
  row('zeroLagEma(20)', null, 'rises', {
    millrace: ours(() => our.zeroLagEmaStep({ length: 20 }), 'close'),
    'trading-signals': signals(() => new ts.ZLEMA(20), 'close'),
  }),
  row('mcginleyDynamic(14)', ['dynamic.standard', 'dynamic'], null, {
    millrace: ours(() => our.mcginleyDynamicStep({ length: 14, factor: 0.6 }), 'close'),
    'trading-signals': signals(() => new ts.McGinleyDynamic(14), 'close'),
  }),
  row('mama(0.5, 0.05)', ['mama.standard', 'mama'], 'rises', {
    millrace: ours(() => our.mamaStep({ fast: 0.5, slow: 0.05 }), 'middle', 'mama'),
    'trading-signals': signals(() => new ts.MAMA({ fastLimit: 0.5, slowLimit: 0.05 }), 'middle', 'mama'),
  }),
  row('hilbertTrendline', ['htl.standard', 'trendline'], 'rises', {
    millrace: ours(() => our.hilbertTrendlineStep(), 'middle', 'trendline'),
    'trading-signals': signals(() => new ts.HTTrendline(), 'middle'),
  }),
  row('linearRegression(10)', ['epma.standard', 'epma'], 'rises', {
    millrace: ours(() => our.linearRegressionStep({ length: 10 }), 'close'),
    'trading-signals': signals(() => new ts.LinearRegression(10), 'close', 'prediction'),
  }),
  row('highest(20)', null, 'rises', {
    millrace: ours(() => our.highestStep({ length: 20 }), 'close'),
    technicalindicators: theirs('Highest', { period: 20 }, 'close'),
    'trading-signals': signals(() => new ts.Period(20), 'close', 'highest'),
    indicatorts: batch(({ closes }) => indicatorts.mmax(closes, { period: 20 })),
  }),
  row('lowest(20)', null, 'rises', {
    millrace: ours(() => our.lowestStep({ length: 20 }), 'close'),
    technicalindicators: theirs('Lowest', { period: 20 }, 'close'),
    'trading-signals': signals(() => new ts.Period(20), 'close', 'lowest'),
    indicatorts: batch(({ closes }) => indicatorts.mmin(closes, { period: 20 })),
  }),
  row('trix(15)', null, null, {
    millrace: ours(() => our.trixStep({ length: 15 }), 'close'),
    technicalindicators: theirs('TRIX', { period: 15 }, 'close'),
    'trading-signals': signals(() => new ts.TRIX(15), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.trix(closes, { period: 15 })),
  }),
  row('kst', null, null, {
    millrace: ours(() => our.kstStep({ lags: [10, 15, 20, 30], lengths: [10, 10, 10, 15], signal: 9 }), 'close', 'kst'),
    technicalindicators: theirs(
      'KST',
      {
        ...{ ROCPer1: 10, ROCPer2: 15, ROCPer3: 20, ROCPer4: 30 },
        ...{ SMAROCPer1: 10, SMAROCPer2: 10, SMAROCPer3: 10, SMAROCPer4: 15, signalPeriod: 9 },
      },
      'close',
      'kst',
    ),
    'trading-signals': signals(() => new ts.KST(), 'close'),
  }),
  row('stochasticRsi(14, 14, 3, 3)', null, 'stays', {
    millrace: ours(() => our.stochasticRsiStep({ length: 14, window: 14, smooth: 3, signal: 3 }), 'close', 'k'),
    technicalindicators: theirs(
      'StochasticRSI',
      { rsiPeriod: 14, stochasticPeriod: 14, kPeriod: 3, dPeriod: 3 },
      'close',
      'k',
    ),
    'trading-signals': signals(() => new ts.StochasticRSI(14), 'close'),
  }),
  row('cmo(14)', null, 'stays', {
    millrace: ours(() => our.cmoStep({ length: 14 }), 'close'),
    'trading-signals': signals(() => new ts.CMO(14), 'close'),
  }),
  row('connorsRsi(3, 2, 100)', ['crsi.standard', 'connorsRsi'], null, {
    millrace: ours(() => our.connorsRsiStep({ length: 3, streak: 2, rank: 100 }), 'close'),
    'trading-signals': signals(() => new ts.ConnorsRSI(), 'close'),
  }),
  row('coppock(14, 11, 10)', null, null, {
    millrace: ours(() => our.coppockStep({ long: 14, short: 11, length: 10 }), 'close'),
    'trading-signals': signals(() => new ts.CoppockCurve(), 'close'),
  }),
  row('dpo(14)', null, 'stays', {
    millrace: ours(() => our.dpoStep({ length: 14 }), 'close'),
    'trading-signals': signals(() => new ts.DPO(14), 'close'),
  }),
  row('pmo(35, 20, 10)', ['pmo.standard', 'pmo'], null, {
    millrace: ours(() => our.pmoStep({ long: 35, short: 20, signal: 10 }), 'close', 'pmo'),
    'trading-signals': signals(() => new ts.PMO(), 'close', 'pmo'),
  }),
  row('ppo(12, 26, 9)', null, null, {
    millrace: ours(() => our.ppoStep({ fast: 12, slow: 26, signal: 9 }), 'close', 'ppo'),
    'trading-signals': signals(() => new ts.PPO({ fastPeriod: 12, slowPeriod: 26 }), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.ppo(closes, { fast: 12, slow: 26, signal: 9 }).ppoResult),
  }),
  row('tsi(25, 13, 7)', ['tsi.standard', 'tsi'], 'stays', {
    millrace: ours(() => our.tsiStep({ long: 25, short: 13, signal: 7 }), 'close', 'tsi'),
    'trading-signals': signals(() => new ts.TSI({ longPeriod: 25, shortPeriod: 13 }), 'close'),
  }),
  row('stc(10, 23, 50)', null, 'stays', {
    millrace: ours(() => our.stcStep({ cycle: 10, fast: 23, slow: 50, smooth: 3 }), 'close'),
    'trading-signals': signals(() => new ts.STC({ cycleInterval: 10, fastInterval: 23, slowInterval: 50 }), 'close'),
  }),
  row('ulcerIndex(14)', ['ulcer.standard', 'ulcerIndex'], null, {
    millrace: ours(() => our.ulcerIndexStep({ length: 14 }), 'close'),
    'trading-signals': signals(() => new ts.UlcerIndex(14), 'close'),
    indicatorts: batch(({ closes }) => indicatorts.ui(closes, { period: 14 })),
  }),
]
