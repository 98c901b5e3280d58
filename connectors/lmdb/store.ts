import { mkdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { assert } from '../../engine/assert.ts'
import { isMillraceError, MillraceError, messageOf } from '../../engine/errors.ts'
import { checksum } from '../../engine/log/crc.ts'
import { checkDataFile } from './data-file.ts'
import { neverForgotten } from './forgotten.ts'
import { type Claim, hasWrite, nobody, takeLog, type Writers, writeNext } from './writer.ts'

/*
 * The databases of one LMDB environment:
 *
 *   records   [topic, partition, offset]      a block, as engine/log/codec.ts writes it
 *   state     ['topic', topic]                JSON: the schema
 *             ['partition', topic, number]    JSON: the TopicInfo
 *             ['task', task]                  JSON: epoch, position, position of the snapshot
 *             ['progress', task]              bytes
 *             ['snapshot', task]              bytes
 *   writer    'writer'                        JSON: the process that writes; its version numbers the writes
 *
 * A value of `state` begins with the CRC-32C of the rest; blocks carry their own.
 */
export type Key = (string | number)[]

/** One change of a step; without a value the key is removed. */
export interface Change {
  readonly to: 'records' | 'state'
  readonly key: Key
  readonly value?: Uint8Array
}

/** The environment. What goes wrong in it is told as a fault of the house. */
export interface Store {
  /** Wait for this, where it is not undefined, before the next call: a reader gives mapped pages back. */
  ready(): Promise<void> | undefined
  /** The committed block, good until the next call; undefined when there is none. */
  record(key: Key): Uint8Array | undefined
  /** A copy of the committed value. */
  state(key: Key): Uint8Array | undefined
  /** Keys of `state` that begin with the word. */
  keys(kind: string): readonly Key[]
  /** All of the changes or none, in the order of the calls; resolves when they are flushed to the disk. */
  write(changes: readonly Change[]): Promise<void>
  close(): Promise<void>
}

export const openStore = async (path: string, readOnly: boolean): Promise<Store> => {
  let { root, records, state, writers, claim } = await openDatabases(path, readOnly)
  const databases = { records, state }
  let mappedBytes = 0
  let opening: Promise<void> | undefined
  const openAnew = async (): Promise<void> => {
    await closeReader(root)
    ;({ root, records, state, writers, claim } = await openDatabases(path, true))
    mappedBytes = 0
    opening = undefined
  }
  let last: Promise<void> = Promise.resolve()
  let failure: MillraceError | undefined
  const write = async (held: Claim, changes: readonly Change[], before: Promise<void>): Promise<void> => {
    if (failure !== undefined) throw failure
    const number = held.next
    try {
      const writing = writeNext(writers, held, () => {
        for (const { to, key, value } of changes)
          if (value === undefined) databases[to].remove(key)
          else databases[to].put(key, value)
      })
      const isKept = await neverForgotten(writing)
      if (isKept && hasWrite(root, writers, number)) return
      if (isKept) throw new Error('the disk did not keep it')
    } catch (cause) {
      throw faultOf(await detailsOf(cause), `cannot write to the log at ${path}`)
    }
    await before
    throw new MillraceError('LOG_LOCKED', `another process has taken the log at ${path} over`)
  }
  return {
    ready: () => {
      if (readOnly && mappedBytes > MAPPED_BYTES_MAX) opening ??= openAnew()
      return opening
    },
    record: key => {
      const bytes = read(root, records, key)
      mappedBytes += bytes?.length ?? 0
      return bytes
    },
    state: key => unseal(key, read(root, state, key)),
    keys: kind => readKeys(root, state, kind),
    write: changes => {
      assert(claim !== undefined, `the log at ${path} was opened with readOnly: open it without to write`)
      last = write(claim, changes.map(seal), last)
      last.catch(error => {
        failure ??= error
      })
      return last
    },
    close: async () => {
      await last.catch(() => {})
      if (claim !== undefined && failure === undefined) await writeNext(writers, { ...claim, writer: nobody }, () => {})
      await opening
      await closeReader(root)
    },
  }
}

/** Pages that were read stay mapped and count as memory of the process; a reader that opens anew begins with none. */
const MAPPED_BYTES_MAX = 64 * 1024 * 1024

const closeReader = async (root: RootDatabase): Promise<void> => {
  await root.close()
  readers.delete(root)
}

interface Databases {
  readonly root: RootDatabase
  readonly records: Database<Uint8Array, Key>
  readonly state: Database<Uint8Array, Key>
  readonly writers: Writers
  readonly claim?: Claim
}

/** A process has one environment per folder. One that a reader opened cannot write, so a writer has to come first. */
const readers = new Map<RootDatabase, string>()

const openDatabases = async (path: string, readOnly: boolean): Promise<Databases> => {
  const file = join(path, 'data.mdb')
  let root: RootDatabase | undefined
  try {
    if (!readOnly) mkdirSync(path, { recursive: true })
    if (!readOnly && [...readers.values()].includes(realpathSync(path)))
      throw new MillraceError('LOG_LOCKED', `this process has the log at ${path} open with readOnly: close that first`)
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size > 0) checkDataFile(file)
    else if (readOnly) throw new Error('there is no log')
    // Without overlappingSync a resolved write is on the disk, not only visible.
    root = open({ path, noSubdir: false, readOnly, overlappingSync: false, eventTurnBatching: false, maxDbs: 3 })
    const records = root.openDB<Uint8Array, Key>({ name: 'records', encoding: 'binary' })
    const state = root.openDB<Uint8Array, Key>({ name: 'state', encoding: 'binary' })
    const writers: Writers = root.openDB({ name: 'writer', encoding: 'json', useVersions: true })
    if (!(records && state && writers)) throw new Error('there is no log yet')
    if (!readOnly) return { root, records, state, writers, claim: takeLog(root, writers, path) }
    readers.set(root, realpathSync(path))
    return { root, records, state, writers }
  } catch (cause) {
    await root?.close()
    throw faultOf(cause, `cannot open the log at ${path}`)
  }
}

const read = (root: RootDatabase, database: Database<Uint8Array, Key>, key: Key): Uint8Array | undefined => {
  try {
    root.resetReadTxn()
    const bytes = database.getBinaryFast(key)
    return bytes?.subarray(0, bytes.length)
  } catch (cause) {
    throw faultOf(cause, `cannot read ${key.join('/')}`)
  }
}

const readKeys = (root: RootDatabase, database: Database<Uint8Array, Key>, kind: string): readonly Key[] => {
  try {
    root.resetReadTxn()
    return [...database.getKeys({ start: [kind] })].filter(key => key[0] === kind)
  } catch (cause) {
    throw faultOf(cause, `cannot read the keys of ${kind}`)
  }
}

/** LMDB's own codes, from MDB_PAGE_NOTFOUND to MDB_INVALID, say that its file is damaged. */
const faultOf = (cause: unknown, sentence: string): MillraceError => {
  if (isMillraceError(cause)) return cause
  const { code } = cause as { readonly code?: unknown }
  const isDamaged = typeof code === 'number' && code >= -30797 && code <= -30793
  return new MillraceError(isDamaged ? 'LOG_CORRUPT' : 'LOG_IO', `${sentence}: ${reasonOf(cause)}`, { cause })
}

/** Puts the checksum before a value of `state`; the bytes are then a copy. */
const seal = (change: Change): Change => {
  const { to, key, value } = change
  if (to === 'records' || value === undefined) return change
  const sealed = Buffer.allocUnsafeSlow(4 + value.length)
  sealed.writeUInt32LE(checksum(value), 0)
  sealed.set(value, 4)
  return { to, key, value: sealed }
}

const unseal = (key: Key, sealed: Uint8Array | undefined): Uint8Array | undefined => {
  if (sealed === undefined) return undefined
  const value = sealed.subarray(4)
  if (sealed.length < 4 || Buffer.from(sealed.subarray(0, 4)).readUInt32LE(0) !== checksum(value))
    throw new MillraceError('LOG_CORRUPT', `${key.join('/')}: the ${sealed.length} bytes do not have their CRC-32C`)
  return new Uint8Array(value)
}

/** lmdb rejects with "see commitError for details", which is another promise. */
const detailsOf = async (cause: unknown): Promise<unknown> => {
  const { commitError } = cause as { readonly commitError?: Promise<never> }
  return commitError === undefined ? cause : neverForgotten(commitError).catch(details => details)
}

/** Without what lmdb tells of itself: "No space left on device: Attempting to write page at position ...". */
const reasonOf = (cause: unknown): string => messageOf(cause).split(': Attempting')[0]!
