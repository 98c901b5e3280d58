import * as indicatorts from 'indicatorts'
import * as ts from 'trading-signals'
import * as our from '../../operators/index.ts'
import * as hand from './hand.ts'
import { type Indicator, row } from './row.ts'
import { batch, ours, signals, theirs } from './series.ts'

/** What reads a bar. */
export const ofBars: readonly Indicator[] = [
  row('atr(14)', ['atr.standard', 'atr'], 'stays', {
    millrace: ours(() => our.atrStep({ length: 14 }), 'bar'),
    hand: hand.atr(14),
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
    hand: hand.stochastic(14, 3, 3),
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
    hand: hand.onBalanceVolume,
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
  row('trueRange', ['tr.standard', 'tr'], 'stays', {
    millrace: ours(() => our.trueRangeStep(), 'bar'),
    hand: hand.trueRange,
    technicalindicators: theirs('TrueRange', {}, 'bar'),
    'trading-signals': signals(() => new ts.TR(), 'bar'),
    indicatorts: batch(({ highs, lows, closes }) => indicatorts.tr(highs, lows, closes)),
  }),
  row('natr(14)', ['atr.standard', 'atrp'], null, {
    millrace: ours(() => our.natrStep({ length: 14 }), 'bar'),
    'trading-signals': signals(() => new ts.NATR(14), 'bar'),
  }),
  row('heikinAshi', ['heikinashi.standard', 'open'], 'rises', {
    millrace: ours(() => our.heikinAshiStep(), 'bar', 'open'),
    hand: hand.heikinAshi,
    technicalindicators: theirs('HeikinAshi', {}, 'bar', 'open'),
  }),
  row('ichimoku(9, 26, 52)', null, 'rises', {
    millrace: ours(() => our.ichimokuStep(), 'bar', 'base'),
    technicalindicators: theirs('IchimokuCloud', {}, 'bar', 'base'),
    'trading-signals': signals(() => new ts.IchimokuCloud(), 'bar', 'base'),
  }),
  row('keltner(20, 10, 2)', null, 'rises', {
    millrace: ours(() => our.keltnerStep({ length: 20, atrLength: 10, multiplier: 2 }), 'bar', 'upper'),
    hand: hand.keltner(20, 10, 2),
    technicalindicators: theirs(
      'KeltnerChannels',
      { maPeriod: 20, atrPeriod: 10, useSMA: false, multiplier: 2 },
      'bar',
      'upper',
    ),
    'trading-signals': signals(() => new ts.KeltnerChannels(), 'bar', 'upper'),
  }),
  row('chandelierExit(22, 3)', ['chexit.standard', 'chandelierExit'], 'rises', {
    millrace: ours(() => our.chandelierExitStep({ length: 22, multiplier: 3 }), 'bar', 'long'),
    technicalindicators: theirs('ChandelierExit', { period: 22, multiplier: 3 }, 'bar', 'exitLong'),
    'trading-signals': signals(() => new ts.ChandelierExit(), 'bar', 'long'),
  }),
  row('parabolicSar(0.02, 0.2)', null, 'rises', {
    millrace: ours(() => our.parabolicSarStep({ step: 0.02, max: 0.2 }), 'bar', 'stop'),
    hand: hand.parabolicSar(0.02, 0.2),
    technicalindicators: theirs('PSAR', { step: 0.02, max: 0.2 }, 'bar'),
    'trading-signals': signals(() => new ts.PSAR({ accelerationStep: 0.02, accelerationMax: 0.2 }), 'bar'),
    indicatorts: batch(({ highs, lows, closes }) => indicatorts.psar(highs, lows, closes).psarResult),
  }),
  row('supertrend(10, 3)', null, 'rises', {
    millrace: ours(() => our.supertrendStep({ length: 10, multiplier: 3 }), 'bar', 'stop'),
    'trading-signals': signals(() => new ts.SuperTrend({ interval: 10, multiplier: 3 }), 'bar', 'supertrend'),
  }),
  row('volatilityStop(7, 3)', ['vol-stop.standard', 'sar'], 'rises', {
    millrace: ours(() => our.volatilityStopStep({ length: 7, multiplier: 3 }), 'bar', 'stop'),
    'trading-signals': signals(() => new ts.VolatilityStop({ interval: 7, multiplier: 3 }), 'bar', 'stop'),
  }),
  row('alligator', ['alligator.standard', 'jaw'], 'rises', {
    millrace: ours(() => our.alligatorStep(), 'middle', 'jaw'),
    'trading-signals': signals(() => new ts.Alligator(), 'bar', 'jaw'),
  }),
  row('elderRay(13)', ['elder-ray.standard', 'bullPower'], 'stays', {
    millrace: ours(() => our.elderRayStep({ length: 13 }), 'bar', 'bull'),
    'trading-signals': signals(() => new ts.ElderRay(13), 'bar', 'bullPower'),
  }),
  row('fisherTransform(9)', null, 'stays', {
    millrace: ours(() => our.fisherTransformStep({ length: 9 }), 'middle', 'fisher'),
    'trading-signals': signals(() => new ts.FisherTransform(9), 'bar'),
  }),
  row('choppiness(14)', null, 'stays', {
    millrace: ours(() => our.choppinessStep({ length: 14 }), 'bar'),
    'trading-signals': signals(() => new ts.CHOP(14), 'bar'),
  }),
  row('massIndex(9, 25)', null, 'stays', {
    millrace: ours(() => our.massIndexStep({ average: 9, length: 25 }), 'bar'),
    'trading-signals': signals(() => new ts.MassIndex(25), 'bar'),
    indicatorts: batch(({ highs, lows }) => indicatorts.mi(highs, lows, { emaPeriod: 9, miPeriod: 25 })),
  }),
  row('qstick(14)', null, 'stays', {
    millrace: ours(() => our.qstickStep({ length: 14 }), 'bar'),
    'trading-signals': signals(() => new ts.Qstick(14), 'bar'),
  }),
  row('ultimateOscillator(7, 14, 28)', null, 'stays', {
    millrace: ours(() => our.ultimateOscillatorStep({ short: 7, middle: 14, long: 28 }), 'bar'),
    'trading-signals': signals(() => new ts.UltimateOscillator(), 'bar'),
  }),
  row('vortex(14)', null, 'stays', {
    millrace: ours(() => our.vortexStep({ length: 14 }), 'bar', 'plus'),
    'trading-signals': signals(() => new ts.VortexIndicator(14), 'bar', 'plus'),
    indicatorts: batch(({ highs, lows, closes }) => indicatorts.vortex(highs, lows, closes, { period: 14 }).plus),
  }),
  row('accumulationDistribution', ['adl.standard', 'adl'], null, {
    millrace: ours(() => our.accumulationDistributionStep(), 'bar'),
    hand: hand.accumulationDistribution,
    technicalindicators: theirs('ADL', {}, 'bar'),
    'trading-signals': signals(() => new ts.AD(), 'bar'),
    indicatorts: batch(({ highs, lows, closes, volumes }) => indicatorts.ad(highs, lows, closes, volumes)),
  }),
  row('chaikinOscillator(3, 10)', ['chaikin-osc.standard', 'oscillator'], null, {
    millrace: ours(() => our.chaikinOscillatorStep({ fast: 3, slow: 10 }), 'bar'),
    'trading-signals': signals(() => new ts.ADOSC({ fastPeriod: 3, slowPeriod: 10 }), 'bar'),
  }),
  row('forceIndex(2)', ['force.standard', 'forceIndex'], null, {
    millrace: ours(() => our.forceIndexStep({ length: 2 }), 'bar'),
    hand: hand.forceIndex(2),
    technicalindicators: theirs('ForceIndex', { period: 2 }, 'bar'),
    'trading-signals': signals(() => new ts.ForceIndex(2), 'bar'),
    indicatorts: batch(({ closes, volumes }) => indicatorts.fi(closes, volumes, { period: 2 })),
  }),
  row('vwap', ['vwap.standard', 'vwap'], 'rises', {
    millrace: ours(() => our.vwapStep({}), 'bar'),
    hand: hand.vwap,
    technicalindicators: theirs('VWAP', {}, 'bar'),
    'trading-signals': signals(() => new ts.VWAP(), 'bar'),
  }),
  row('vwma(20)', null, 'rises', {
    millrace: ours(() => our.vwmaStep({ length: 20 }), 'bar'),
    'trading-signals': signals(() => new ts.VWMA(20), 'bar'),
    indicatorts: batch(({ closes, volumes }) => indicatorts.vwma(closes, volumes, { period: 20 })),
  }),
]
