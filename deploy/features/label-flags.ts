import { isMillraceError, MillraceError } from '../../engine/errors.ts'
import type { FeatureSet } from '../../models/features/feature-set.ts'
import type { Label } from '../../models/labels/label.ts'
import {
  fixedHorizonLabel,
  metaLabelLabel,
  type Signal,
  type TradeOptions,
  trendScanLabel,
  tripleBarrierLabel,
} from '../../models/labels/labels.ts'
import { near } from '../near.ts'
import type { Flag } from '../verb.ts'

export const labelFlag: Flag = {
  type: 'list',
  value: 'LABEL',
  help: 'what rows learn: fixed-horizon,horizon=15m; triple-barrier, trend-scan, meta-label; may be repeated',
}

/**
 * A label as it is written at the command line: its kind, then its settings, between commas.
 *
 * Fails  usage CLI_FLAG with what there is
 *
 * @example
 * parseLabel('fixed-horizon,horizon=15m,dead-bps=2', set).params // => { horizonMs: 900000, deadBps: 2 }
 */
export const parseLabel = (text: string, set: FeatureSet): Label => {
  const [kind = '', ...settings] = text.split(',').map(part => part.trim())
  const make = Object.hasOwn(kinds, kind) ? kinds[kind]! : null
  const known = Object.keys(kinds)
  if (make === null)
    throw refused(text, `there is no label '${kind}'${near(kind, known)}; there are: ${known.join(', ')}`)
  const told = new Map(settings.map(setting => settingOf(text, setting)))
  const settingsOf = settingsReader(text, told, set)
  const name = told.get('name')
  told.delete('name')
  if (name !== undefined && !/^[a-z]\w*$/i.test(name))
    throw refused(text, `a name is letters and digits, found '${name}'`)
  try {
    const label = make(settingsOf, name)
    const [left] = told.keys()
    if (left === undefined) return label
    throw refused(text, `${kind} has no '${left}'; it has: ${[...settingsOf.asked, 'name'].join(', ')}`)
  } catch (cause) {
    if (!isMillraceError(cause) || cause.code !== 'ASSERT') throw cause
    throw new MillraceError('CLI_FLAG', `--label ${text}: ${cause.message}`, { cause })
  }
}

const kinds: Readonly<Record<string, (settings: Settings, name: string | undefined) => Label>> = {
  'fixed-horizon': (settings, name) =>
    fixedHorizonLabel({ horizonMs: settings.span('horizon'), deadBps: settings.number('dead-bps', 0) }, name),
  'triple-barrier': (settings, name) => tripleBarrierLabel(tradeOptions(settings), name),
  'trend-scan': (settings, name) =>
    trendScanLabel({ least: settings.number('least'), most: settings.number('most') }, name),
  'meta-label': (settings, name) => {
    const options = tradeOptions(settings)
    if (options.signal !== null) return metaLabelLabel(options, name)
    throw refused(settings.text, 'meta-label needs a signal: signal=zScore, or signal=-zScore to go against it')
  },
}

const tradeOptions = (settings: Settings): TradeOptions => ({
  horizonMs: settings.span('horizon'),
  profit: settings.number('profit', 2),
  stop: settings.number('stop', 2),
  volatility: settings.number('volatility', 20),
  costBps: settings.number('cost-bps', 0),
  deadBps: settings.number('dead-bps', 0),
  signal: settings.signal(),
})

/** The settings of one label; each is taken once. */
interface Settings {
  readonly text: string
  /** Those that were asked for. */
  readonly asked: readonly string[]
  /** Fails when it is not told and has no default. */
  number(name: string, otherwise?: number): number
  /** Milliseconds. */
  span(name: string): number
  signal(): Signal | null
}

const settingsReader = (text: string, told: Map<string, string>, set: FeatureSet): Settings => {
  const asked: string[] = []
  const take = (name: string): string | undefined => {
    asked.push(name)
    const value = told.get(name)
    told.delete(name)
    return value
  }
  const number = (name: string, otherwise?: number): number => {
    const value = take(name)
    if (value === undefined && otherwise !== undefined) return otherwise
    const found = value === undefined || value === '' ? Number.NaN : Number(value)
    if (Number.isFinite(found)) return found
    throw refused(text, value === undefined ? `it needs ${name}=NUMBER` : `${name} is a number, found '${value}'`)
  }
  return {
    ...{ text, asked, number },
    span(name) {
      const value = take(name)
      const [, count = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value ?? '') ?? []
      if (count !== '') return Number(count) * UNITS_MS[unit]!
      throw refused(text, `it needs ${name}=SPAN, like 500ms, 30s, 15m, 4h or 1d${value ? `; found '${value}'` : ''}`)
    },
    signal() {
      const value = take('signal')
      const enter = number('enter', 0)
      if (value === undefined) return null
      const name = value.replace(/^-/, '')
      const names = set.features.map(feature => feature.name)
      const feature = names.indexOf(name)
      if (feature >= 0) return { feature, name, sign: value.startsWith('-') ? -1 : 1, enter }
      throw refused(text, `${set.name} has no feature '${name}'${near(name, names)}`)
    },
  }
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

const settingOf = (text: string, setting: string): readonly [string, string] => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw refused(text, `a setting is name=value, found '${setting}'`)
}

const refused = (text: string, sentence: string): MillraceError =>
  new MillraceError('CLI_FLAG', `--label ${text}: ${sentence}`)
