import { mkdirSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import { dirname } from 'node:path'
import { type DestinationStream, destination, type Logger as Pino, pino } from 'pino'
import { isMillraceError } from '../../engine/errors.ts'
import type { Clock } from '../../engine/time/clock.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { type Fields, plainFields, plainText } from './fields.ts'
import { readableLine } from './line.ts'
import { type Repeats, repeats } from './repeats.ts'

export const levels = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

export interface Logger {
  debug(message: string, fields?: Fields): void
  info(message: string, fields?: Fields): void
  /** Of equal warnings and errors within 10 s the first is written at once, and the last with a count of the others. */
  warn(message: string, fields?: Fields): void
  error(message: string, fields?: Fields): void
  /** The same log, told by another part: 'kafka'. */
  child(component: string): Logger
  /** Of this logger and all its children, from now on. */
  setLevel(level: Level): void
  level(): Level
  /** Writes what was kept back, and resolves when all is handed to the system. An end by `exit` flushes, too. */
  flush(): Promise<void>
}

export interface LoggerOptions {
  readonly clock: Clock
  /** Who tells, until a child says otherwise: 'millrace'. */
  readonly component: string
  /** Default 'info'. */
  readonly level?: Level
  /** A file, or a descriptor. Default 2: what a command answers goes to 1. */
  readonly to?: string | number
  /** For programs, the default; or for people. */
  readonly form?: 'json' | 'readable'
  readonly hasColour?: boolean
}

/** What may wait to be written, bytes; what is told beyond it is dropped and counted. */
const WAITING_MAX = 8 * 1024 * 1024

/**
 * A log of JSON lines: `timestamp` (ISO 8601), `level`, `component`, `message`, then the fields. Secrets in names,
 * texts and addresses are hidden. There is a line for what changes, never one for a tick.
 *
 * Delivers  lines in order, written behind the back of who tells them
 * Blocks    never; a reader that is too slow loses lines, and is told how many
 * Ends      with the process, after a last flush
 * Fails     never: what cannot be written is lost
 */
export const logger = (options: LoggerOptions): Logger => {
  const { clock, component, to = 2, level = 'info', form = 'json', hasColour = false } = options
  // With a least length, even of 1, a flush waits until all is written.
  const sink = destination({ dest: descriptorOf(to), sync: false, minLength: 1, maxLength: WAITING_MAX })
  const readable: DestinationStream = { write: line => void sink.write(readableLine(line, hasColour)) }
  const lines = pino(
    {
      base: null,
      level: 'debug',
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${formatMicros(clock.now())}"`,
      formatters: { level: label => ({ level: label }) },
    },
    form === 'json' ? sink : readable,
  )
  const own = lines.child({ component })
  let dropped = 0
  sink.on('drop', () => {
    dropped += 1
  })
  sink.on('drain', () => {
    if (dropped > 0) own.warn({ lines: dropped }, 'lines were lost: whoever reads the log is too slow')
    dropped = 0
  })
  // A full disk must not end a trading process.
  sink.on('error', () => undefined)
  return tellerOf({ clock, sink, repeats: repeats(), lines, level }, component)
}

/** Opened at once: who ends while the file is being opened would end with an error, and without its lines. */
const descriptorOf = (to: string | number): number => {
  if (typeof to === 'number') return to
  try {
    mkdirSync(dirname(to), { recursive: true })
    return openSync(to, 'a')
  } catch {
    return openSync(devNull, 'a')
  }
}

interface Self {
  readonly clock: Clock
  readonly sink: ReturnType<typeof destination>
  readonly repeats: Repeats
  readonly lines: Pino
  level: Level
}

const tellerOf = (self: Self, component: string): Logger => {
  const own = self.lines.child({ component })
  const tell = (level: Level, message: string, fields: Fields = {}): void => {
    if (levels.indexOf(level) < levels.indexOf(self.level)) return
    const write = (others: number): void =>
      own[level]({ ...plainFields(fields), ...(others > 0 ? { repeated: others } : {}) }, plainText(message))
    if (level === 'debug' || level === 'info') write(0)
    else self.repeats.pass(keyOf(`${component} ${level}`, message, fields), self.clock.now() / 1000, write)
  }
  return {
    debug: (message, fields) => tell('debug', message, fields),
    info: (message, fields) => tell('info', message, fields),
    warn: (message, fields) => tell('warn', message, fields),
    error: (message, fields) => tell('error', message, fields),
    child: name => tellerOf(self, name),
    setLevel(level) {
      self.level = level
    },
    level: () => self.level,
    flush: () => flush(self),
  }
}

/** Lines are equal but for their numbers: offsets, times, ports. */
const keyOf = (who: string, message: string, { error }: Fields): string =>
  `${who} ${isMillraceError(error) ? error.code : ''} ${message.slice(0, 200).replace(/\d+/g, '0')}`

/** Longest wait for a reader that takes nothing, milliseconds. */
const FLUSH_MS = 2_000

const flush = async ({ sink, clock, repeats }: Self): Promise<void> => {
  repeats.sweep(Number.POSITIVE_INFINITY)
  const flushed = new AbortController()
  const written = new Promise<void>(resolve => sink.flush(() => resolve()))
  await Promise.race([written, clock.sleep(FLUSH_MS, flushed.signal)])
  flushed.abort()
}

/** SIGUSR2 turns debug lines on, and off again; gives back what ends that. */
export const debugOnSignal = (logger: Logger): (() => void) => {
  const usual = logger.level()
  const toggle = (): void => logger.setLevel(logger.level() === 'debug' && usual !== 'debug' ? usual : 'debug')
  process.on('SIGUSR2', toggle)
  return () => void process.off('SIGUSR2', toggle)
}
