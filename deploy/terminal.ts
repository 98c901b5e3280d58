import { styleText } from 'node:util'
import type { Config } from './config.ts'

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'

/** What people read goes to stderr; stdout is for what was asked for. */
export interface Terminal {
  /** A line for people; not with --json. */
  say(line?: string): void
  /** The result: a table, a document. */
  print(text: string): void
  style(style: Style, text: string): string
  /** Redraws one line, at most ten times a second; only on a terminal. */
  progress(line: () => string): void
  /** Ends the progress line. */
  settle(): void
}

const REDRAW_MS = 100

export const terminalOf = (config: Config, isQuiet: boolean): Terminal => {
  let drawnAt = Number.NEGATIVE_INFINITY
  let isDrawn = false
  const settle = (): void => {
    if (isDrawn) process.stderr.write('\r\x1b[K')
    isDrawn = false
  }
  return {
    settle,
    say(line = '') {
      if (isQuiet) return
      settle()
      process.stderr.write(`${line}\n`)
    },
    print: text => process.stdout.write(`${text}\n`),
    style: (style, text) => (config.hasColour ? styleText(style, text, { validateStream: false }) : text),
    progress(line) {
      if (!config.isTerminal || isQuiet || performance.now() - drawnAt < REDRAW_MS) return
      drawnAt = performance.now()
      isDrawn = true
      process.stderr.write(`\r\x1b[K${line().slice(0, config.columns - 1)}`)
    },
  }
}

/** A bar of a given width: '━━━━━━────'. */
export const bar = (share: number, width = 24): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return '━'.repeat(full) + '─'.repeat(width - full)
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

export const count = (value: number): string => Math.round(value).toLocaleString('en-US')

/** '1.9 M', '870 k'. */
export const rate = (perSecond: number): string =>
  perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(1)} M` : `${Math.round(perSecond / 1e3)} k`

export const seconds = (value: number): string =>
  value < 90 ? `${Math.ceil(value)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`
