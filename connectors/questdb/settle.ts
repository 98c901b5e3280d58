import type { Answer } from './http.ts'

/** Lines [from, to) of a batch to the server; comes back when they are stored, or refused for good. */
export type Send = (from: number, to: number) => Promise<Exclude<Answer, { type: 'failed' }>>

/** Shortest request behind a refusal, when the bad line is known. */
const LINES_MIN = 64

/**
 * Stores all lines of a batch but those that the server refuses. It takes or refuses a request as a whole: when it
 * names the line at fault, the lines before are sent on their own and that one is set aside; when it does not, halves
 * are sent. Behind a refusal requests are short and grow again, so that a batch with many bad lines is not sent over
 * and over. A line that was stored may be sent again: its identity makes that harmless.
 */
export const settle = async (
  lines: number,
  send: Send,
  refuse: (line: number, reason: string) => void,
): Promise<void> => {
  let length = lines
  for (let from = 0; from < lines; ) {
    const to = Math.min(lines, from + length)
    const answer = await send(from, to)
    if (answer.type === 'stored') {
      from = to
      length *= 2
      continue
    }
    const good = goodLines(answer.line, to - from)
    if (good !== null && (good === 0 || (await send(from, from + good)).type === 'stored')) {
      refuse(from + good, answer.reason)
      from += good + 1
      length = Math.max(LINES_MIN, 2 * good)
    } else length = (good ?? to - from) >> 1 || 1
  }
}

/** Lines before the one at fault; null when that is not known. */
const goodLines = (line: number | null, sent: number): number | null => {
  if (sent === 1) return 0
  return line !== null && line < sent ? line : null
}
