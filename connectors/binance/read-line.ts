import { isMillraceError } from '../../engine/errors.ts'
import type { BookGap } from '../../engine/market/book-keeper.ts'
import { stampReader } from '../../engine/time/stamp.ts'
import type { ReadMeter } from '../file/bytes.ts'
import { textOf } from '../file/decimal.ts'
import type { Oddity, Reason, Tally, Treatment } from '../file/findings.ts'
import { doorPolicy } from '../file/policy.ts'
import type { RejectsFile } from '../file/rejects.ts'
import type { FeedDoor } from './feed.ts'
import { correctedAt, type FeedClocks } from './latency.ts'
import { decode } from './message.ts'

/** What is known of a capture while it is read. */
export interface CaptureState {
  readonly tally: Tally
  readonly feeds: FeedDoor
  readonly clocks: FeedClocks
  /** The first gaps, one sentence each. */
  readonly gaps: string[]
  /** Messages of kinds that are not read here. */
  others: number
  meter: ReadMeter | null
  /** Hears of each message that was taken. */
  onMessage: ((key: string, stamps: Stamps) => void) | null
}

/** The times of a message, microseconds. */
export interface Stamps {
  readonly at: number
  readonly localAt: number
  /** -1 where it is not told. */
  readonly venueAt: number
  readonly line: number
}

interface LineOptions {
  readonly path: string
  readonly crossed?: Treatment
  readonly locked?: Treatment
  readonly duplicates?: Treatment
  readonly strict?: boolean
}

/** Takes the line at bytes [from, to). */
export type ReadLine = (bytes: Uint8Array, from: number, to: number) => void

/** Fails: Reject FILE_ROW, with file and line, when it is strict. */
export const lineReader = (options: LineOptions, state: CaptureState, rejects: RejectsFile | null): ReadLine => {
  const { path, crossed = 'accept', locked = 'accept', duplicates = 'refuse', strict = false } = options
  const { tally } = state
  const odd = { crossed, locked, duplicate: duplicates }
  const policy = doorPolicy({ path, odd, failsOutOfOrder: false, strict, tally, rejects })
  return (bytes, from, to) => {
    tally.lines += 1
    const line = textOf(bytes, from, to).trimEnd()
    if (line === '') return
    const admit = (finding: Reason | Oddity): boolean => policy.admits(finding, bytes, from, to)
    const onGap = (gap: BookGap): void => {
      rejects?.write(tally.lines, 'sequence-gap', 'kept', line)
      if (state.gaps.length < GAPS_TOLD) state.gaps.push(`${path}:${tally.lines}: ${gapText(gap)}`)
    }
    const finding = takeLine(line, state, { admit, onGap })
    if (finding !== '') admit(finding)
  }
}

/** Gaps that a report tells in words. */
const GAPS_TOLD = 100

interface Hearing {
  readonly admit: (finding: Reason | Oddity) => boolean
  readonly onGap: (gap: BookGap) => void
}

const readLocal = stampReader({ unit: 'ns' })

/** What is wrong with the line; '' when nothing is. */
const takeLine = (line: string, state: CaptureState, hearing: Hearing): Reason | '' => {
  const { tally, feeds, clocks } = state
  const blank = Math.max(0, line.indexOf(' '))
  try {
    const localAt = readLocal(line.slice(0, blank))
    const message = decode(line.slice(blank + 1))
    if (message === null) return 'bad-message'
    const feed = feeds.feedOf(message.symbol)
    if (feed === null) return message.type === 'other' ? passOver(state) : 'unknown-instrument'
    const { venueAt } = message
    const corrected = correctedAt(clocks, localAt, venueAt)
    if (Number.isNaN(corrected)) return 'bad-stamp'
    const at = inOrder(tally, corrected)
    const outcome = feeds.take(feed, message, { at, ...hearing })
    if (outcome === 'other') return passOver(state)
    if (outcome === 'taken')
      state.onMessage?.(feed.key, { at, localAt, venueAt: Number.isNaN(venueAt) ? -1 : venueAt, line: tally.lines })
    return ''
  } catch (error) {
    if (!isMillraceError(error) || error.family !== 'reject' || error.code === 'FILE_ROW') throw error
    return error.code === 'TIME_UNREADABLE' ? 'bad-stamp' : 'bad-number'
  }
}

const passOver = (state: CaptureState): '' => {
  state.others += 1
  return ''
}

/** Messages are taken in the order of the file: the time of one that is behind is the latest. */
const inOrder = (tally: Tally, at: number): number => {
  if (at < tally.lastAt) tally.takenOutOfOrder += 1
  if (!(at < tally.lastAt)) tally.lastAt = at
  return tally.lastAt
}

const gapText = ({ last, found }: BookGap): string => {
  const behind = found.previous < 0 ? '' : ` behind ${found.previous}`
  return `the book stood at ${last}, and found updates ${found.first} to ${found.last}${behind}`
}
