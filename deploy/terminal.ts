import { styleText } from 'node:util'
import type { Config } from './config.ts'

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

export interface Terminal {
  /** What was asked for, on stdout: a table, a document. */
  print(text: string): void
  /** What people should know beside it, on stderr. */
  say(text?: string): void
  style(style: Style, text: string): string
  /** Redraws one line on stderr, at most ten times a second; only where somebody watches. */
  progress(parts: () => readonly string[]): void
}

const REDRAW_MS = 100

export const terminalOf = ({ hasColour, isWatched, columns }: Config): Terminal => {
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDrawn = false
  const write = (stream: NodeJS.WriteStream, text: string): void => {
    if (isDrawn) process.stderr.write('\r\x1b[K')
    isDrawn = false
    stream.write(`${text}\n`)
  }
  return {
    print: text => write(process.stdout, text),
    say: (text = '') => write(process.stderr, text),
    style: (style, text) => (hasColour ? styleText(style, text, { validateStream: false }) : text),
    progress(parts) {
      if (!isWatched || performance.now() - drawnAt < REDRAW_MS) return
      drawnAt = performance.now()
      isDrawn = true
      process.stderr.write(`\r\x1b[K${fitted(parts(), columns - 1)}`)
    },
  }
}

/** As many of the parts, from the first on, as a line holds. */
export const fitted = (parts: readonly string[], columns: number): string => {
  let line = ''
  for (const part of parts) {
    const longer = line === '' ? part : `${line}  ${part}`
    if (longer.length > columns) break
    line = longer
  }
  return line
}

/** A bar with its percentage: '━━━━━━──────  50 %'. */
export const bar = (share: number, width = 20): string => {
  const within = Math.min(1, Math.max(0, share))
  const full = Math.round(within * width)
  return `${'━'.repeat(full)}${'─'.repeat(width - full)} ${`${Math.floor(within * 100)} %`.padStart(5)}`
}

/** Rows under a head, columns aligned: numbers right, words left. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  const isNumeric = head.map(
    (_, column) => rows.length > 0 && rows.every(row => /^[-+]?[\d.,]+( ?%)?$/.test(row[column]!)),
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

/** '45 s', '3 min 20 s'. */
export const duration = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

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
