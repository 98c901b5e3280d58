import type { Position } from '../../engine/log/port.ts'
import { clearLines, type Lines, lineBuffer } from './ilp.ts'

/** Rows of a mailbox on their way: lines, and what could not become one. */
export interface Batch {
  readonly lines: Lines
  readonly refused: Refused[]
  /** Rows of the mailbox that are in it. */
  rows: number
  /** When its first row was taken, by the monotonic clock; null while it is empty. */
  since: number | null
  /** With this batch the mailbox is stored up to here. */
  position: Position
  progress: Uint8Array
}

/** A row that is not stored, and why, in the words of who refuses it. */
export interface Refused {
  readonly seq: number
  readonly reason: string
  /** A door that could not decode it, this sink, or the server. */
  readonly by: 'door' | 'sink' | 'server'
}

/** Room for what one request carries, and for the longest line beyond. */
export const BATCH_BYTES: number = 2 * 1024 * 1024
const ROOM_BYTES = 4 * 1024 * 1024
export const BATCH_LINES = 20_000
const ROOM_LINES = 32_768
const REFUSED_MAX = 4096

export const openBatch = (): Batch => ({
  lines: lineBuffer(ROOM_BYTES, ROOM_LINES),
  refused: [],
  rows: 0,
  since: null,
  position: { offset: 0, row: 0 },
  progress: new Uint8Array(),
})

export const clearBatch = (batch: Batch): void => {
  clearLines(batch.lines)
  batch.refused.length = 0
  batch.rows = 0
  batch.since = null
}

export const isFull = ({ lines, refused }: Batch): boolean =>
  lines.size >= BATCH_BYTES || lines.count >= BATCH_LINES || refused.length >= REFUSED_MAX
