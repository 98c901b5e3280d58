import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isMillraceError, MillraceError, messageOf } from '../engine/errors.ts'
import type { Params, Strategy } from '../engine/flow/pipeline.ts'
import { near } from './near.ts'

/** A strategy, and the file it was taken from when it is not in the index. */
export interface Found {
  readonly strategy: Strategy
  readonly file: string | null
}

/** A strategy by its name in the index, or by the file that exports it: './my-strategy.ts'. Fails: usage CLI_NAME. */
export const strategyOf = async (name: string | undefined): Promise<Found> => {
  const index = Object.values(await import('../strategies/index.ts')) as Strategy[]
  const known = index.map(strategy => strategy.name)
  const list = `there are: ${known.join(', ')}, or give a file: ./my-strategy.ts`
  if (name === undefined) throw new MillraceError('CLI_NAME', `no strategy is named; ${list}`)
  const listed = index.find(strategy => strategy.name === name)
  if (listed) return { strategy: listed, file: null }
  if (/\.[mc]?[jt]s$/.test(name) && existsSync(name)) return fromFile(resolve(name))
  throw new MillraceError('CLI_NAME', `no strategy '${name}'${near(name, known)}; ${list}`)
}

const fromFile = async (file: string): Promise<Found> => {
  let exported: unknown[]
  try {
    exported = Object.values((await import(pathToFileURL(file).href)) as object)
  } catch (cause) {
    throw new MillraceError('CLI_NAME', `cannot load ${file}: ${messageOf(cause)}`, { cause })
  }
  const strategy = exported.find(value => typeof (value as Strategy | null)?.build === 'function')
  if (strategy === undefined) throw new MillraceError('CLI_NAME', `${file} exports no strategy`)
  checkGraph(strategy as Strategy, file)
  return { strategy: strategy as Strategy, file }
}

/** What else may be wrong hangs on the parameters of the run. */
const checkGraph = (strategy: Strategy, file: string): void => {
  try {
    strategy.build()
  } catch (cause) {
    if (!isMillraceError(cause) || cause.code !== 'FLOW_GRAPH') return
    throw new MillraceError('FLOW_GRAPH', `${file}: ${cause.message}`, { cause })
  }
}

/** '--set window=20 --set adxMax=30' over the defaults; all parameters. Fails: usage CLI_FLAG, FLOW_PARAM. */
export const paramsOf = (strategy: Strategy, settings: readonly string[]): Params => {
  const overrides = Object.fromEntries(settings.map(setting => settingOf(strategy, setting)))
  try {
    return strategy.build(overrides).params
  } catch (cause) {
    if (!isMillraceError(cause) || cause.code !== 'ASSERT' || settings.length === 0) throw cause
    throw new MillraceError('FLOW_PARAM', `${strategy.name} with ${settings.join(' ')}: ${cause.message}`, { cause })
  }
}

const settingOf = ({ name, params }: Strategy, setting: string): readonly [string, Params[string]] => {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
  if (key === undefined || value === undefined) {
    throw new MillraceError('CLI_FLAG', `--set takes name=value, found '${setting}'`)
  }
  if (Object.hasOwn(params, key)) return [key, typed(value, typeof params[key])]
  const known = Object.keys(params)
  const list = known.join(', ') || 'none'
  throw new MillraceError('FLOW_PARAM', `${name} has no parameter '${key}'${near(key, known)}; it has: ${list}`)
}

/** The value in the type of the default; what does not fit stays text and is refused by the strategy. */
const typed = (value: string, type: string): Params[string] => {
  if (type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
