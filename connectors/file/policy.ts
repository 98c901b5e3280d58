import { MillraceError } from '../../engine/errors.ts'
import { textOf } from './decimal.ts'
import { EXPECTED, MAX_EXAMPLES, type Oddity, type Reason, type Tally, type Treatment } from './findings.ts'
import type { RejectsFile } from './rejects.ts'

export interface PolicyOptions {
  readonly path: string
  readonly odd: Readonly<Record<Oddity, Treatment>>
  /** Stop with an error at a time that is before the last one. */
  readonly failsOutOfOrder: boolean
  /** Stop with an error at the first row that is not taken. */
  readonly strict: boolean
  readonly tally: Tally
  readonly rejects: RejectsFile | null
}

export interface Policy {
  /** Counts what was found in the line at bytes [from, to) and keeps the line if need be; true: take the row. */
  admits(finding: Reason | Oddity, bytes: Uint8Array, from: number, to: number): boolean
  /** The same for a line that was read before. */
  judge(finding: Reason | Oddity, line: number, row: () => string): boolean
}

/** What becomes of a row that is wrong or odd. Fails: reject FILE_ROW, with file and line, where it must stop. */
export const doorPolicy = ({ path, odd, failsOutOfOrder, strict, tally, rejects }: PolicyOptions): Policy => {
  const refuse = (reason: Reason, line: number, row: string): false => {
    tally.refused++
    tally.reasons[reason]++
    rejects?.write(line, reason, 'refused', row)
    const place = `${path}:${line}`
    const sentence = `${reason}: found '${row.slice(0, MAX_SHOWN)}', expected ${EXPECTED[reason]}`
    if (strict || (failsOutOfOrder && reason === 'out-of-order'))
      throw new MillraceError('FILE_ROW', `${place}: ${sentence}`)
    if (tally.examples.length < MAX_EXAMPLES)
      tally.examples.push({ type: 'reject', code: 'FILE_ROW', reason: sentence, place })
    return false
  }
  const judge: Policy['judge'] = (finding, line, row) => {
    if (!isOddity(finding)) return refuse(finding, line, row())
    tally.odd[finding]++
    if (odd[finding] === 'accept') return true
    if (odd[finding] === 'refuse') return refuse(finding, line, row())
    rejects?.write(line, finding, 'kept', row())
    return true
  }
  return { judge, admits: (finding, bytes, from, to) => judge(finding, tally.lines, () => lineAt(bytes, from, to)) }
}

/** Characters of a bad row that a message shows. */
const MAX_SHOWN = 120

const isOddity = (finding: Reason | Oddity): finding is Oddity =>
  finding === 'crossed' || finding === 'locked' || finding === 'duplicate'

const lineAt = (bytes: Uint8Array, from: number, to: number): string => textOf(bytes, from, to).replace(/\r?\n$/, '')
