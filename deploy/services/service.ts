import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { END_MS, end, isAlive, isGone, look, send } from './process.ts'
import { untilReady, type Waiting } from './readiness.ts'
import { type Addresses, type ProcessRecord, type ServiceName, writeRecord } from './record.ts'

/** A server that runs, with its data in a folder of its own. */
export interface Service {
  readonly name: ServiceName
  /** Of the process that runs now: another one after a restart. */
  readonly pid: number
  readonly logFile: string
  /** Asks it to end, waits, kills it when it does not. Comes back when it is gone. */
  stop(): Promise<void>
  /** Sends a signal; with one that ends a process (SIGKILL is the default) it comes back when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Stops it if it runs, starts it on the same folder and ports, and waits until it is ready. */
  restart(): Promise<void>
}

/** How a server is run. */
export interface Program {
  readonly name: ServiceName
  readonly version: string
  /** Its data, its log and its record. */
  readonly folder: string
  readonly addresses: Addresses
  readonly command: string
  readonly args: readonly string[]
  /** Before each start: what a killed one left behind. */
  prepare?(): void
}

/** How the program is started. */
export interface Start extends Waiting {
  /** It outlives this process, as `up` wants it. Otherwise it ends when this process does, however that happens. */
  readonly isKept?: boolean
}

/** Fails: fault SERVICE_START, when it ends before it is ready or is not ready within a minute. */
export const startService = async (program: Program, start: Start = {}): Promise<Service> => {
  let running = await launch(program, start)
  return {
    name: program.name,
    logFile: running.log,
    get pid() {
      return running.pid
    },
    stop: () => end(running, END_MS),
    async kill(signal = 'SIGKILL') {
      if (send(running, signal) && ending.includes(signal)) await isGone(running, Number.POSITIVE_INFINITY)
    },
    async restart() {
      await end(running, END_MS)
      running = await launch(program, start)
    },
  }
}

const ending: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT']

/** Starts the process, writes down that it runs, and waits until it is ready; one that is not is gone again. */
const launch = async (program: Program, start: Start): Promise<ProcessRecord> => {
  program.prepare?.()
  const running = await begin(program, start)
  try {
    await untilReady(running, {
      ...start,
      isAlive: async () => isAlive(running),
      lastWords: async () => lastWords(running.log),
    })
    return running
  } catch (error) {
    await end(running, END_MS)
    throw error
  }
}

const begin = async (program: Program, { isKept = false }: Start): Promise<ProcessRecord> => {
  const { name, version, folder, addresses, command, args } = program
  const logFile = join(folder, `${name.toLowerCase()}.log`)
  const log = openSync(logFile, 'a')
  // A group of its own: Ctrl-C at the terminal is for us, and we end it in order.
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new MillraceError('SERVICE_START', `cannot start ${name} with ${command}: ${messageOf(cause)}`, { cause })
  }
  child.unref()
  const seen = look(child.pid!)
  if (seen === null) {
    throw new MillraceError('SERVICE_START', `${name} ended before it was ready: ${lastWords(logFile)}`)
  }
  if (!isKept) dieTogether(child)
  const { pid, born } = seen
  const startedAt = Date.now()
  const record: ProcessRecord = { type: 'process', name, version, pid, born, startedAt, addresses, log: logFile }
  writeRecord(folder, record)
  return record
}

/** A second process holds a pipe from this one. When this one is gone the pipe ends, and so does the server. */
const dieTogether = (server: ChildProcess): void => {
  const watcher = spawn('sh', ['-c', 'cat; kill -9 "$1"', 'sh', `${server.pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.unref()
  server.once('exit', () => watcher.kill('SIGKILL'))
}

const LAST_LINES = 3

/** The end of its log without stack traces, and where the whole of it is. */
export const lastWords = (logFile: string): string => {
  const lines = readFileSync(logFile, 'utf8').split('\n')
  const said = lines.filter(line => line.trim() !== '' && !/^\s+at /.test(line)).slice(-LAST_LINES)
  return `${said.join(' | ') || 'it said nothing'} (${logFile})`
}
