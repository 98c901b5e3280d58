import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { ActorEnd } from '../engine/actor/actor.ts'
import { MillraceError, messageOf } from '../engine/errors.ts'
import type { Params } from '../engine/flow/pipeline.ts'
import type { Currency } from '../engine/market/cash.ts'
import type { Minor } from '../engine/market/units.ts'
import type { Digests } from '../engine/run/digests.ts'
import type { Outcome } from '../engine/run/outcome.ts'
import type { Config } from './config.ts'
import { makeFolder, writeLines } from './files.ts'
import type { Listed } from './listed.ts'
import { near } from './near.ts'
import type { Headline } from './report/headline.ts'
import type { Prints } from './strategy-files.ts'
import type { Refusal } from './tables.ts'
import type { Tape } from './tapes.ts'
import type { VenueRules } from './venue-rules.ts'

/** All that is needed to take a run up again or to replay it, and what it came to: manifest.json of a run folder. */
export interface Manifest extends Plan {
  readonly id: string
  /** `running` in a run that was killed, too. */
  readonly status: 'running' | ActorEnd['type']
  /** What stopped it. */
  readonly failure: string | null
  readonly versions: Readonly<Record<string, string>>
  /** Null until the run ends: finished, or drained and to be taken up again. */
  readonly result: Result | null
}

/** What is run: nothing else decides what comes out. */
export interface Plan {
  readonly strategy: string
  /** The file of a strategy that is not in the index. */
  readonly strategyFile: string | null
  /** Of that file, and of those it imports. */
  readonly strategyPrints?: Prints
  /** All of them, defaults too. */
  readonly params: Params
  readonly tape: Tape
  /** The address of the log that holds the tape, without secrets; null is the log of the home folder. */
  readonly source: string | null
  readonly from: number | null
  readonly to: number | null
  readonly startBalance: Minor
  readonly currency: Currency
  readonly latencyUs: number
  /** How else the venue deals; absent: as it does by default. */
  readonly venue?: VenueRules
  /** What --instruments says of fees and margin, and the file that it was read from; absent: none was given. */
  readonly listed?: Listed
  readonly instrumentFile?: string
  readonly mode: 'fused' | 'plain'
  /** Where the run commits: a log in the run folder, or memory, which cannot be resumed or replayed. */
  readonly log: 'lmdb' | 'memory'
}

export interface Result {
  /** Rows of the mailbox, and the quotes and trades among them. */
  readonly rows: number
  readonly ticks: number
  readonly orders: number
  readonly fills: number
  /** Round trips. */
  readonly trades: number
  readonly startEquity: number
  readonly endEquity: number
  readonly worstQuoteAgeUs: number
  readonly metrics: Outcome
  /** Of its days, once it has ended; null of a run in a shared log. */
  readonly figures: Headline | null
  readonly digests: Digests
  /** What the venue counted. */
  readonly counts: Readonly<Record<string, number>>
  /** Rows of the file that the door refused, orders that the venue refused, rows that the strategy failed on. */
  readonly rejects: { readonly rows: number; readonly orders: number; readonly deadLetters: number }
  /** Why orders were refused; absent when none was. */
  readonly refusals?: readonly Refusal[]
  /** When the topic lacked instruments that the strategy names: which, and which it held. */
  readonly missing?: { readonly named: readonly string[]; readonly held: readonly string[] }
}

/** A new run folder. Fails: usage CLI_TAKEN when something is there, fault CLI_FOLDER. */
export const makeRunFolder = (folder: string): void => {
  makeFolder(folder)
  if (readdirSync(folder).length === 0) return
  const found = existsSync(manifestPath(folder)) ? `a run: take it up with --resume ${folder}` : 'files'
  throw new MillraceError('CLI_TAKEN', `${folder} holds ${found}; a new run needs a folder of its own`)
}

/** The folder of a run, from its folder or its id. Fails: usage CLI_NAME. */
export const runFolder = ({ runs }: Config, run: string | undefined): string => {
  const known = runIds(runs)
  const latest = `the latest are: ${known.slice(-5).join(', ') || 'none yet'}`
  if (run === undefined) throw new MillraceError('CLI_NAME', `no run is named; ${latest}`)
  const places = isAbsolute(run) || /[\\/]/.test(run) ? [resolve(run)] : [join(runs, run), resolve(run)]
  const found = places.find(place => existsSync(manifestPath(place)))
  if (found !== undefined) return found
  throw new MillraceError('CLI_NAME', `no run '${run}'${near(run, known)}; ${latest}`)
}

export const runIds = (runs: string): readonly string[] =>
  existsSync(runs)
    ? readdirSync(runs)
        .filter(name => !name.startsWith('.'))
        .sort()
    : []

/** Fails: fault CLI_RUN when it is damaged. */
export const readManifest = (folder: string): Manifest => {
  const path = manifestPath(folder)
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest> | null
    if (typeof manifest?.tape?.topic === 'string' && typeof manifest.strategy === 'string') return manifest as Manifest
    throw new Error('it does not tell the strategy and the tape')
  } catch (cause) {
    throw new MillraceError('CLI_RUN', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** What a run has come to whose log can be read. Fails: fault CLI_RUN when it was in memory, or the run was cut off. */
export const endedResult = (folder: string, { id, log, result }: Manifest): Result => {
  if (log === 'memory') throw new MillraceError('CLI_RUN', `${id} kept its log in memory: it is gone`)
  if (result !== null) return result
  throw new MillraceError('CLI_RUN', `${id} was cut off; first take it up: millrace backtest --resume ${folder}`)
}

/** Fails: fault CLI_FOLDER. */
export const writeManifest = (folder: string, manifest: Manifest): Promise<void> =>
  writeLines(manifestPath(folder), [JSON.stringify(manifest, null, 2)])

const manifestPath = (folder: string): string => join(folder, 'manifest.json')
