import { MillraceError } from '../../engine/errors.ts'
import { near } from '../near.ts'
import type { Manual, Option } from './catalogue.ts'

/**
 * Options of an operator as they are written at the command line: 'length=50', 'kind=camarilla', 'lags=10,15,20'.
 *
 * Fails  usage CLI_FLAG with what there is
 *
 * @example
 * settingsOf(rsi, ['length=50']) // => { length: 50 }
 */
export const settingsOf = (manual: Manual, settings: readonly string[]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(settings.map(setting => settingOf(manual, setting)))

const settingOf = ({ entry, options }: Manual, setting: string): readonly [string, unknown] => {
  const [name = '', ...rest] = setting.split('=')
  const names = options.map(option => nameOf(option))
  const option = options.find(one => nameOf(one) === name)
  const list = names.length === 0 ? 'it has none' : `it has: ${names.join(', ')}`
  if (rest.length === 0) throw refused(setting, `an option is set as NAME=VALUE; ${list}`)
  if (option === undefined) throw refused(setting, `${entry.name} has no '${name}'${near(name, names)}; ${list}`)
  return [name, readAs(setting, option, rest.join('='))]
}

/** Without the mark of those that may be left out. */
const nameOf = ({ name }: Option): string => name.replace('?', '')

const readAs = (setting: string, { type }: Option, text: string): unknown => {
  if (type === 'number') return numberOf(setting, text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'readonly number[]') return text.split(',').map(part => numberOf(setting, part))
  if (type === 'string' || type.includes("'") || /^[A-Z]\w+(Kind|Force)$|^Name$/.test(type)) return text
  throw refused(setting, `it is a ${type}, which cannot be written here`)
}

const numberOf = (setting: string, text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw refused(setting, `expected a number, found '${text}'`)
}

const refused = (setting: string, sentence: string): MillraceError =>
  new MillraceError('CLI_FLAG', `--set ${setting}: ${sentence}`)
