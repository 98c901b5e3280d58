import { isMillraceError, MillraceError } from '../../engine/errors.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import type { LogRecord, LogSource, Position } from '../../engine/log/port.ts'
import { positionOf, rowAt } from '../../engine/log/position.ts'

/** The last row that was taken, by which a topic is known again. */
export interface Mark {
  readonly at: Position
  /** What lies behind it: more of its record, or the next one. */
  readonly behind: Position
  readonly digest: string
}

export const markOf = (record: LogRecord, row: number): Mark => {
  const digest = digestState()
  digestBlock(digest, record.block, row, row + 1)
  return { at: positionOf(record, row), behind: positionOf(record, row + 1), digest: digestHex(digest) }
}

/**
 * A topic that was dropped and recorded anew has other rows at the places that are stored: going on behind them would
 * leave out rows of it, and leave those of the other one in the tables.
 *
 * Fails  Fault LOG_GONE
 */
export const checkMark = async (source: LogSource, topic: string, partition: number, mark: Mark): Promise<void> => {
  // A topic that nothing was written to yet, or that a broker does not know for a moment.
  if ((await source.end(topic, partition)) === 0 || (await stands(source, topic, partition, mark))) return
  const place = `${topic}/${partition}/${mark.at.offset}#${mark.at.row}`
  const sentence = `${place} is not the row that is stored from there: the topic was recorded anew`
  throw new MillraceError('LOG_GONE', `${sentence}; give it another name, the tables keep the rows of the one before`)
}

const stands = async (source: LogSource, topic: string, partition: number, mark: Mark): Promise<boolean> => {
  const { offset } = mark.at
  try {
    for await (const record of source.read(topic, partition, offset, { until: offset + 1 })) {
      const row = rowAt(record, mark.at)
      if (row >= record.block.count) return false
      const found = markOf(record, row)
      // Records of single rows are put together as they come, so what lies behind one may differ.
      const isCutAlike = record.positions !== undefined || found.behind.offset === mark.behind.offset
      return isCutAlike && found.digest === mark.digest
    }
    return false
  } catch (error) {
    // What retention has taken away cannot be looked at.
    if (isMillraceError(error) && error.code === 'LOG_GONE') return true
    throw error
  }
}
