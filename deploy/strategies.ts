import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError } from '../engine/errors.ts'
import type { Params, Strategy } from '../engine/flow/pipeline.ts'
import { near } from './verb.ts'

/** A strategy by its name in the index, or by the file that exports it: './my-strategy.ts'. */
export const strategyOf = async (name: string | undefined): Promise<{ strategy: Strategy; file: string | null }> => {
  const index = Object.values(await import('../strategies/index.ts')) as Strategy[]
  const known = index.map(strategy => strategy.name)
  if (name === undefined) throw new MillraceError('CLI_NAME', `name a strategy: ${known.join(', ')}, or a file`)
  const listed = index.find(strategy => strategy.name === name)
  if (listed) return { strategy: listed, file: null }
  const list = `there are: ${known.join(', ')}, or give a file: ./my-strategy.ts`
  const hint = `no strategy '${name}'${near(name, known)}; ${list}`
  if (!/\.[mc]?[jt]s$/.test(name) || !existsSync(name)) throw new MillraceError('CLI_NAME', hint)
  const file = resolve(name)
  const exported = Object.values((await import(pathToFileURL(file).href)) as Record<string, unknown>)
  const found = exported.find(value => typeof (value as Strategy | undefined)?.build === 'function')
  if (!found) throw new MillraceError('CLI_NAME', `${name} exports no strategy`)
  return { strategy: found as Strategy, file }
}

/** '--set window=20 --set adxMax=30' over the defaults. Fails: usage CLI_FLAG, FLOW_PARAM. */
export const paramsOf = ({ name, params }: Strategy, settings: readonly string[]): Params =>
  Object.fromEntries(
    settings.map(setting => {
      const [, key, value] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
      if (key === undefined || value === undefined) {
        throw new MillraceError('CLI_FLAG', `--set takes name=value, found '${setting}'`)
      }
      const known = Object.keys(params)
      if (!Object.hasOwn(params, key)) {
        const list = known.join(', ') || 'none'
        throw new MillraceError('FLOW_PARAM', `${name} has no parameter '${key}'${near(key, known)}; it has: ${list}`)
      }
      return [key, valued(value, typeof params[key])]
    }),
  )

/** The value in the type of the default; what does not fit stays text and is refused by the strategy. */
const valued = (value: string, type: string): number | string | boolean => {
  if (type === 'number' && value.trim() !== '' && !Number.isNaN(Number(value))) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
