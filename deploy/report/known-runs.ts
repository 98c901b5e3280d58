import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isMillraceError, messageOf } from '../../engine/errors.ts'
import { writeLines } from '../files.ts'
import { type Manifest, readManifest } from '../manifest.ts'

/** One run, as a list shows it. What a run has not come to is null. */
export interface KnownRun {
  readonly id: string
  readonly folder: string
  /** When its manifest was written last, milliseconds since the epoch. */
  readonly at: number
  /** `damaged`: its manifest cannot be read. */
  readonly status: Manifest['status'] | 'damaged'
  readonly strategy: string
  readonly topic: string
  /** Event time, microseconds. */
  readonly begin: number | null
  readonly end: number | null
  readonly params: Manifest['params']
  readonly currency: string
  readonly ticks: number | null
  readonly trades: number | null
  readonly net: number | null
  readonly return: number | null
  readonly drawdown: number | null
  readonly factor: number | null
  readonly won: number | null
  readonly sharpe: number | null
}

/** Beside the runs: what is known of each, and what its manifest was like then. Written anew when one has changed. */
const INDEX = '.runs.json'
const VERSION = 1
/** Folders in folders in folders. */
const DEEP = 4

interface Entry {
  readonly size: number
  readonly run: KnownRun
}

type Index = Record<string, Entry>

/**
 * All runs below a folder; the folder may be a run itself. A manifest is read when it is not the one that the index
 * knows, by time and size, so a list of 10,000 costs 10,000 looks at the disk and no reading.
 */
export const runsBelow = async (root: string): Promise<readonly KnownRun[]> => {
  if (existsSync(manifestIn(root))) return [entryOf(root, undefined).run]
  const known = readIndex(root)
  const found: Index = {}
  let isNew = false
  for (const folder of runFolders(root, DEEP)) {
    const name = relative(root, folder)
    const entry = entryOf(folder, known[name])
    isNew ||= entry !== known[name]
    found[name] = entry
  }
  if (isNew || Object.keys(known).length !== Object.keys(found).length) await writeIndex(root, found)
  return Object.entries(found).map(([name, { run }]) => ({ ...run, folder: join(root, name) }))
}

const manifestIn = (folder: string): string => join(folder, 'manifest.json')

function* runFolders(folder: string, deep: number): Generator<string> {
  if (deep === 0) return
  let entries: readonly Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    // A folder that may not be read holds no run for us.
    return
  }
  for (const entry of entries) {
    if (!entry.isDirectory()) continue
    const path = join(folder, entry.name)
    if (existsSync(manifestIn(path))) yield path
    else yield* runFolders(path, deep - 1)
  }
}

const entryOf = (folder: string, known: Entry | undefined): Entry => {
  const { mtimeMs, size } = statSync(manifestIn(folder))
  if (known !== undefined && known.run.at === mtimeMs && known.size === size) return known
  try {
    return { size, run: runOf(readManifest(folder), folder, mtimeMs) }
  } catch (error) {
    if (!isMillraceError(error)) throw error
    return { size, run: damaged(folder, mtimeMs, messageOf(error)) }
  }
}

const runOf = (manifest: Manifest, folder: string, at: number): KnownRun => {
  const { id, status, strategy, tape, params, currency, result, from, to } = manifest
  const { metrics, figures } = result ?? {}
  return {
    ...{ id, folder, at, status, strategy, topic: tape.topic, params, currency: currency.code },
    begin: figures?.begin ?? from,
    end: figures?.end ?? to,
    ticks: result?.ticks ?? null,
    trades: result?.trades ?? null,
    net: metrics?.netProfit ?? null,
    return: metrics?.totalReturn ?? null,
    drawdown: metrics?.maxDrawdown ?? null,
    factor: metrics?.profitFactor ?? null,
    won: metrics?.winRate ?? null,
    sharpe: figures?.sharpe ?? null,
  }
}

const damaged = (folder: string, at: number, reason: string): KnownRun => ({
  ...{ id: folder.split(/[\\/]/).at(-1)!, folder, at, status: 'damaged', strategy: reason, topic: '', params: {} },
  ...{ begin: null, end: null, currency: '', ticks: null, trades: null, net: null, return: null, drawdown: null },
  ...{ factor: null, won: null, sharpe: null },
})

/** An index that cannot be read is no loss: the manifests say it again. */
const readIndex = (root: string): Index => {
  try {
    const { version, runs } = JSON.parse(readFileSync(join(root, INDEX), 'utf8'))
    return version === VERSION ? runs : {}
  } catch {
    return {}
  }
}

/** Where nothing may be written the list is read from the manifests each time. */
const writeIndex = async (root: string, runs: Index): Promise<void> => {
  try {
    await writeLines(join(root, INDEX), [JSON.stringify({ version: VERSION, runs })])
  } catch (error) {
    if (!isMillraceError(error)) throw error
  }
}
