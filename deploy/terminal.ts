import { styleText } from 'node:util'
import type { Surroundings } from './config.ts'

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

export interface Terminal {
  /** What was asked for, on stdout: a table, a document. */
  print(text: string): void
  /** What people should know beside it, on stderr. */
  say(text?: string): void
  style(style: Style, text: string): string
  /**
   * How much is done, and what to say of it, as one line on stderr: redrawn at most ten times a second, and only where
   * somebody watches.
   */
  progress(share: number, parts: () => readonly string[]): void
  /**
   * How something stands that has no end: one line that is redrawn where somebody watches, and a line every ten seconds
   * elsewhere.
   */
  status(parts: () => readonly string[]): void
}

const REDRAW_MS = 100
const PLAIN_MS = 10_000

export const terminalOf = ({ hasColour, isWatched, columns }: Surroundings): Terminal => {
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDrawn = false
  let later: NodeJS.Timeout | undefined
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    clearTimeout(later)
    later = undefined
    if (isDrawn) process.stderr.write('\r\x1b[K')
    isDrawn = false
    stream.write(`${text}\n`)
  }
  const waitMs = (ms: number): number => Math.max(0, drawnAt + ms - performance.now())
  const draw = (line: string): void => {
    drawnAt = performance.now()
    isDrawn = true
    process.stderr.write(`\r\x1b[K${line}`)
  }
  const stand = (line: string): void => {
    if (isWatched) draw(line.slice(0, columns - 1))
    else write(process.stderr, line)
    drawnAt = performance.now()
  }
  let standing = (): readonly string[] => []
  const finish = (): void => {
    later = undefined
    stand(standing().join('  '))
  }
  return {
    print: text => write(process.stdout, text),
    say: (text = '') => write(process.stderr, text),
    style: (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text),
    progress(share, parts) {
      if (isWatched && waitMs(REDRAW_MS) === 0) draw(progressLine(share, parts(), columns - 1))
    },
    status(parts) {
      standing = parts
      const ms = waitMs(isWatched ? REDRAW_MS : PLAIN_MS)
      if (ms === 0) stand(parts().join('  '))
      // What came in a burst is shown when it is quiet again.
      else later ??= setTimeout(finish, ms).unref()
    },
  }
}

const BAR_MIN = 4
const BAR_MAX = 24

/** '━━━━━━──────  50 %  4.1 M ticks/s': as many of the parts as the line holds, and a bar in what is left of it. */
export const progressLine = (share: number, parts: readonly string[], columns: number): string => {
  const within = Math.min(1, Math.max(0, share))
  let line = `${Math.floor(within * 100)} %`.padStart(5)
  for (const part of parts) if (part !== '' && line.length + 2 + part.length <= columns) line += `  ${part}`
  const width = Math.min(BAR_MAX, columns - line.length - 1)
  const full = Math.round(within * width)
  return width < BAR_MIN ? line : `${'━'.repeat(full)}${'─'.repeat(width - full)} ${line}`
}

/** Rows under a head, columns aligned: numbers right, words left. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  const isNumeric = head.map(
    (_, column) => rows.length > 0 && rows.every(row => /^([-+]?[\d.,]+( ?%)?)?$/.test(row[column]!)),
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (isNumeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map(width => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** '1,144,807'. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** '1.9 M', '870 k', '12'. */
export const rate = (perSecond: number): string => {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(1)} M`
  return perSecond >= 1e4 ? `${Math.round(perSecond / 1e3)} k` : `${Math.round(perSecond)}`
}

/** '45 s', '3 min 20 s', '2 h 5 min', '3 d 4 h'. */
export const duration = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  if (whole < 90) return `${whole} s`
  const [minutes, hours, days] = [60, HOUR_S, 24 * HOUR_S].map(unit => Math.floor(whole / unit)) as [
    number,
    number,
    number,
  ]
  if (minutes < 90) return `${minutes} min ${whole % 60} s`
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${days} d ${hours % 24} h`
}

const HOUR_S = 3600

/** Meters a piece of work by its share that is done: how long is left. */
export const timeLeft = (): ((share: number) => string) => {
  let first: { readonly at: number; readonly share: number } | null = null
  return share => {
    const now = performance.now()
    first ??= { at: now, share }
    const done = share - first.share
    return done > 0 ? `${duration(((now - first.at) / 1000 / done) * (1 - share))} left` : ''
  }
}
