import type { Answer } from './http.ts'

/** Lines [from, to) of a batch to the server; comes back when they are stored, or refused for good. */
export type Send = (from: number, to: number) => Promise<Exclude<Answer, { type: 'failed' }>>

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
  let from = 0
  let length = lines
  let bad: Bad | null = null as Bad | null
  while (from < lines) {
    if (bad?.line === from) {
      refuse(from, bad.reason)
      from += 1
      continue
    }
    const to = Math.min(lines, from + length)
    const answer = await send(from, to)
    if (answer.type === 'stored') {
      from = to
      length *= 2
    } else if (to - from === 1) bad = { line: from, reason: answer.reason }
    else if (answer.line !== null && answer.line < to - from) {
      bad = { line: from + answer.line, reason: answer.reason }
      length = Math.max(1, answer.line)
    } else length = (to - from) >> 1
  }
}

interface Bad {
  readonly line: number
  readonly reason: string
}
