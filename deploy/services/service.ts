import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { end, isAlive, isGone, look, type ProcessId, send } from './process.ts'
import { writeRecord } from './record.ts'

/** A server that runs, with its data in a folder of its own. */
export interface Service {
  readonly name: string
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
  /** 'Kafka'; its log and its record are named for it. */
  readonly name: string
  readonly version: string
  readonly folder: string
  readonly addresses: Readonly<Record<string, string>>
  readonly command: string
  readonly args: readonly string[]
  /** Before each start: what a killed one left behind. */
  prepare?(): Promise<void> | void
  /** One look at whether it does its work. */
  isReady(): Promise<boolean>
}

/** How the program is started. */
export interface Start {
  /** It outlives this process, as `up` wants it. Otherwise it ends when this process does, however that happens. */
  readonly isKept?: boolean
  readonly signal?: AbortSignal
  /** Hears what is waited for. */
  readonly waits?: (what: string) => void
}

/** A cold start takes 5 s, on a busy machine 16 s. */
const READY_MS = 60_000
const LOOK_MS = 50
/** An orderly end takes 2 s. */
export const END_MS = 20_000

/** Fails: fault SERVICE_START, when it ends before it is ready or is not ready within a minute. */
export const startService = async (program: Program, start: Start = {}): Promise<Service> => {
  let process = await launch(program, start)
  return {
    name: program.name,
    logFile: logOf(program),
    get pid() {
      return process.pid
    },
    stop: () => end(process, END_MS),
    async kill(signal = 'SIGKILL') {
      if (send(process, signal) && ending.includes(signal)) await isGone(process, Number.POSITIVE_INFINITY)
    },
    async restart() {
      await end(process, END_MS)
      process = await launch(program, start)
    },
  }
}

const ending: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT']

const logOf = ({ folder, name }: Program): string => join(folder, `${name.toLowerCase()}.log`)

/** Starts the process, writes down that it runs, and waits until it is ready; one that is not is gone again. */
const launch = async (program: Program, start: Start): Promise<ProcessId> => {
  await program.prepare?.()
  const process = await begin(program, start)
  try {
    await ready(program, process, start)
    return process
  } catch (error) {
    await end(process, END_MS)
    throw error
  }
}

const begin = async (program: Program, { isKept = false }: Start): Promise<ProcessId> => {
  const { name, version, folder, addresses, command, args } = program
  const log = openSync(logOf(program), 'a')
  // A group of its own: Ctrl-C at the terminal is for us, we then end it in order.
  const child = spawn(command, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw new MillraceError('SERVICE_START', `cannot start ${name} with ${command}: ${messageOf(cause)}`, { cause })
  }
  child.unref()
  const seen = look(child.pid!)
  if (seen === null) throw new MillraceError('SERVICE_START', `${name} ended at once: ${lastWords(program)}`)
  if (!isKept) dieTogether(child)
  const { pid, born } = seen
  writeRecord(folder, { name, version, pid, born, startedAt: Date.now(), addresses, logFile: logOf(program) })
  return { pid, born }
}

/** A second process holds a pipe from this one. When this one is gone the pipe ends, and so does the server. */
const dieTogether = (child: ChildProcess): void => {
  const watcher = spawn('sh', ['-c', 'cat; kill -9 "$1"', 'sh', `${child.pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  watcher.unref()
  child.once('exit', () => watcher.kill('SIGKILL'))
}

const ready = async (program: Program, process: ProcessId, { signal, waits }: Start): Promise<void> => {
  const { name, addresses } = program
  const [where] = Object.values(addresses)
  const since = performance.now()
  while (!(await program.isReady())) {
    signal?.throwIfAborted()
    if (!isAlive(process)) {
      throw new MillraceError('SERVICE_START', `${name} ended before it was ready: ${lastWords(program)}`)
    }
    const waited = performance.now() - since
    if (waited > READY_MS) {
      const found = `${name} is not ready at ${where} after ${READY_MS / 1000} s: ${lastWords(program)}`
      throw new MillraceError('SERVICE_START', found)
    }
    waits?.(`${name} at ${where}, ${Math.floor(waited / 1000)} s`)
    await sleep(LOOK_MS)
  }
}

const LAST_WORDS = 3

/** The end of its log, and where the whole of it is. */
const lastWords = (program: Program): string => {
  const file = logOf(program)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const said = lines.filter(line => line.trim() !== '' && !/^\s+at /.test(line)).slice(-LAST_WORDS)
  return `${said.join(' | ') || 'it said nothing'} (${file})`
}
