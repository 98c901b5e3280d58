import { findPackageJSON } from 'node:module'
import { MillraceError, messageOf } from '../engine/errors.ts'
import { manifest } from './versions.ts'

export type AddOn = 'kafka' | 'metrics' | 'parquet' | 'questdb'

/** What only some verbs and doors need, by what it is for: who installs the package adds it when it is asked for. */
export const addOns: Readonly<Record<AddOn, readonly string[]>> = {
  kafka: ['@msgpack/msgpack', 'avsc', 'kafkajs', 'lz4-napi'],
  metrics: ['fastify', 'pino', 'prom-client'],
  parquet: ['hyparquet', 'hyparquet-writer'],
  questdb: ['@questdb/nodejs-client', 'pg', 'pg-cursor'],
}

/**
 * What Node says of a package that is not installed, as what to do: all that is missing of what the verb needs, so that
 * it is said once. Any other error as it is.
 */
export const missingPackages = (error: unknown, verb: string, needs: readonly AddOn[]): unknown => {
  const [, name] = /^Cannot find package '([^']+)'/.exec(messageOf(error)) ?? []
  const owner = Object.values(addOns).find(packages => packages.includes(name ?? ''))
  if (owner === undefined) return error
  const wanted = new Set([...needs.flatMap(addOn => addOns[addOn]), ...owner])
  const missing = [...wanted].filter(one => !isInstalled(one)).map(one => `${one}@${rangeOf(one)}`)
  const sentence = `${verb} needs what is not installed: npm install ${missing.join(' ')}`
  return new MillraceError('CLI_PACKAGE', sentence, { cause: error })
}

const isInstalled = (name: string): boolean => {
  try {
    return findPackageJSON(name, import.meta.url) !== undefined
  } catch {
    return false
  }
}

const rangeOf = (name: string): string => {
  const { peerDependencies, dependencies } = manifest()
  return peerDependencies?.[name] ?? dependencies?.[name] ?? 'latest'
}
