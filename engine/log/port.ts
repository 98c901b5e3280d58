import type { Block } from './block.ts'

/** A position between two rows of a partition: before row `row` of record `offset`. `{0, 0}` is the start. */
export interface Position {
  readonly offset: number
  readonly row: number
}

/**
 * One record of a partition: a block and its place. Offsets rise; a backend whose own marks take offsets, like those of
 * transactions, leaves holes.
 */
export interface LogRecord {
  readonly offset: number
  readonly block: Block
  /**
   * Where each row lies, and for the count of rows what lies behind: of topics whose records are single rows, many of
   * which make one block here. See `positionOf`.
   */
  readonly positions?: (row: number) => Position
}

export interface TopicInfo {
  readonly topic: string
  readonly partition: number
  /** Names of the schemas that it holds: 'instrument+quote'. */
  readonly schema: string
  /** The next offset to be written; the partition holds offsets [0, end). */
  readonly end: number
  readonly rows: number
  readonly bytes: number
  /** Event time of the first and last row, or null when empty. */
  readonly firstAt: number | null
  readonly lastAt: number | null
}

export interface Output {
  readonly topic: string
  readonly partition: number
  readonly block: Block
}

/** What a task makes durable as ONE step: everything or nothing. */
export interface Commit {
  /** Whose progress this is: 'mean-reversion/0'. */
  readonly task: string
  /** From `fence`; a commit under an older epoch is refused with Fault LOG_FENCED. */
  readonly epoch: number
  readonly outputs: readonly Output[]
  /** The mailbox has been stepped up to here. */
  readonly position: Position
  /** Where that is. A log that keeps offsets of consumer groups notes it there, too, when the mailbox is its own. */
  readonly mailbox?: { readonly topic: string; readonly partition: number }
  /** Small task data that must move with the position: counters, digest chains. Plain bytes. */
  readonly progress: Uint8Array
  /** A snapshot of the state at `position`, when one is due. */
  readonly snapshot?: Uint8Array
}

/** How far a task is: the start and null before its first commit. */
export interface Committed {
  readonly position: Position
  readonly progress: Uint8Array | null
}

/** What `fence` finds of a task: its last commit and its last snapshot (which may be older than the commit). */
export interface Restored extends Committed {
  readonly epoch: number
  readonly snapshot: { readonly position: Position; readonly bytes: Uint8Array } | null
}

export interface ReadOptions {
  /** Stop before this offset; without it: the end of the partition at the time of the call. */
  readonly until?: number
}

/** What a mailbox takes: records, and to hear when there are more. */
export interface LogSource {
  /**
   * Records from `from` on, oldest first. A block is good until the next record is taken: who keeps rows copies them,
   * and nobody writes into it.
   */
  read(topic: string, partition: number, from: number, options?: ReadOptions): AsyncIterable<LogRecord>
  /** The next offset to be written: 0 for a partition that does not exist. */
  end(topic: string, partition: number): Promise<number>
  /** Resolves with the end when it is behind `offset`, or the signal aborts. The partition need not exist yet. */
  arrival(topic: string, partition: number, offset: number, signal?: AbortSignal): Promise<number>
}

export interface Capabilities {
  readonly name: 'memory' | 'lmdb' | 'kafka' | 'questdb'
  /** Acknowledged means: survives the end of the process. */
  readonly durable: boolean
  /** More than one process may write at a time. */
  readonly shared: boolean
  /** The outputs of a commit are there with it or not at all; without it they may stand and the commit does not. */
  readonly atomic: boolean
}

/**
 * Ordered, durable, replayable topics, and the one atomic step `commit`.
 *
 * Every backend passes `logContract` (engine/testing). A promise resolves when the data is as durable as the backend
 * gets.
 *
 * Fails  Fault LOG_FENCED (a newer epoch of the task exists), LOG_CORRUPT (topic, offset and reason named), LOG_IO,
 *        LOG_CLOSED; Defect LOG_SCHEMA when a block does not fit its schema, or its id has another shape in the topic.
 */
export interface Log extends LogSource {
  readonly capabilities: Capabilities
  /** Every partition that holds a record, by topic and partition. */
  topics(): Promise<readonly TopicInfo[]>
  /**
   * Appends the blocks in order, as one step; the offset of the first of them. The blocks are the caller's again, to
   * fill anew, as soon as the call returns; that holds for what `commit` is given too.
   */
  append(topic: string, partition: number, blocks: readonly Block[]): Promise<number>
  /** Takes the task over: every earlier epoch is refused from now on. */
  fence(task: string): Promise<Restored>
  commit(step: Commit): Promise<void>
  /** The last commit of the task, which stays with whoever has it. */
  committed(task: string): Promise<Committed>
  /** Records of the partition that the task has not yet stepped. */
  lag(task: string, topic: string, partition: number): Promise<number>
  /** Deletes a topic with all its records; no error when it is not there. */
  drop(topic: string): Promise<void>
  close(): Promise<void>
}
