import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MillraceError, messageOf } from '../engine/errors.ts'
import { near } from './near.ts'
import { flawOf, type SettingName, settings, type Told, variableOf } from './settings.ts'

export const CONFIG_FILE = 'millrace.config.ts'

/** What a config file says. */
export interface ConfigFile {
  readonly path: string
  readonly told: ReadonlyMap<SettingName, Told>
}

/** The config file of a folder, or of the nearest above it; null when there is none. Fails: usage CLI_CONFIG. */
export const readConfigFile = async (folder: string): Promise<ConfigFile | null> => {
  const path = nearest(folder)
  if (path === null) return null
  const fields = Object.entries(await configIn(path)).filter(([, value]) => value !== undefined)
  const lines = readFileSync(path, 'utf8').split('\n')
  const lineOf = (field: string): number =>
    lines.findIndex(line => new RegExp(`^\\s*(.*[{,]\\s*)?['"]?${field}['"]?\\s*[:,}]`).test(line)) + 1
  const flaws = fields.flatMap(([field, value]) => {
    const flaw = flawIn(field, value)
    return flaw === null ? [] : [`${path}:${lineOf(field)} (${field}) ${flaw}`]
  })
  if (flaws.length > 0) throw new MillraceError('CLI_CONFIG', flaws.join('\n  '))
  const told = fields.map(([field, value]): [SettingName, Told] => {
    const name = field as SettingName
    const text = settings[name].kind === 'path' ? resolve(dirname(path), String(value)) : String(value)
    return [name, { text, source: { type: 'file', file: path, line: lineOf(field), field } }]
  })
  return { path, told: new Map(told) }
}

const nearest = (folder: string): string | null => {
  const path = join(folder, CONFIG_FILE)
  if (existsSync(path)) return path
  return folder === dirname(folder) ? null : nearest(dirname(folder))
}

const configIn = async (path: string): Promise<object> => {
  let exported: { readonly config?: unknown }
  try {
    exported = (await import(pathToFileURL(path).href)) as object
  } catch (cause) {
    throw new MillraceError('CLI_CONFIG', `cannot load ${path}: ${messageOf(cause)}`, { cause })
  }
  const { config } = exported
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config
  throw new MillraceError('CLI_CONFIG', `${path} exports no config; expected: export const config: Settings = { ... }`)
}

const flawIn = (field: string, value: unknown): string | null => {
  const known = Object.keys(settings).filter(name => settings[name as SettingName].kind !== 'secret')
  const isKnown = Object.hasOwn(settings, field)
  if (!isKnown) return `is no setting${near(field, known)}; there are: ${known.join(', ')}`
  const name = field as SettingName
  if (settings[name].kind === 'secret') return `does not belong in a file; the environment says it: ${variableOf(name)}`
  if (typeof value === 'string' || typeof value === 'number') return flawOf(name, String(value))
  return `is a text or a number, found ${shown(value)}`
}

const shown = (value: unknown): string => JSON.stringify(value) ?? typeof value
