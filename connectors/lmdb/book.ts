import { MillraceError, messageOf } from '../../engine/errors.ts'
import type { Position, TopicInfo } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import type { Change, Key, Store } from './store.ts'

/** What the log keeps about its topics and tasks, beside the records. The first word of a key says which. */
export interface Entries {
  readonly topic: TopicEntry
  readonly partition: TopicInfo
  readonly task: Task
}

export interface TopicEntry {
  readonly schemas: readonly Schema[]
  readonly partitions: readonly number[]
}

export interface Task {
  readonly epoch: number
  readonly position: Position
  /** Where the last snapshot was taken; null before the first. */
  readonly snapshotAt: Position | null
}

export const NEW_TASK: Task = { epoch: 0, position: { offset: 0, row: 0 }, snapshotAt: null }

export type EntryKey<Kind extends keyof Entries> = readonly [Kind, ...(string | number)[]]

/** The committed entry. */
export const readEntry = <Kind extends keyof Entries>(store: Store, key: EntryKey<Kind>): Entries[Kind] | undefined => {
  const bytes = store.state([...key])
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as Entries[Kind]
  } catch (cause) {
    throw new MillraceError('LOG_CORRUPT', `${key.join('/')}: it is no JSON: ${messageOf(cause)}`, { cause })
  }
}

/** One step of the writer. It sees what the steps before it will have written; given up, it leaves nothing behind. */
export interface Draft {
  get<Kind extends keyof Entries>(key: EntryKey<Kind>): Entries[Kind] | undefined
  /** Undefined removes the entry. */
  set<Kind extends keyof Entries>(key: EntryKey<Kind>, entry: Entries[Kind] | undefined): void
  /** Makes the draft what later steps see; the entries it changes. */
  settle(): readonly Change[]
}

/** Drafts for the one writer of the store: steps follow each other faster than they are flushed. */
export const openBook = (store: Store): (() => Draft) => {
  const settled = new Map<string, unknown>()
  return () => {
    const drafted = new Map<string, { readonly key: Key; readonly entry: unknown }>()
    return {
      get: <Kind extends keyof Entries>(key: EntryKey<Kind>) => {
        const name = key.join('/')
        const found = drafted.get(name)?.entry ?? settled.get(name)
        const isKnown = drafted.has(name) || settled.has(name)
        return isKnown ? (found as Entries[Kind] | undefined) : readEntry(store, key)
      },
      set: (key, entry) => void drafted.set(key.join('/'), { key: [...key], entry }),
      settle: () => {
        for (const [name, { entry }] of drafted) settled.set(name, entry)
        return [...drafted.values()].map(({ key, entry }) =>
          entry === undefined ? { to: 'state', key } : { to: 'state', key, value: Buffer.from(JSON.stringify(entry)) },
        )
      },
    }
  }
}
