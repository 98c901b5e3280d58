import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process for certain: a number is given again after its process is gone, a number with a birth is not. */
export interface ProcessId {
  readonly pid: number
  readonly born: string
}

export interface Seen extends ProcessId {
  /** Memory in use, bytes. */
  readonly memory: number
}

/** What a server is given for an orderly end; it takes 2 s. */
export const END_MS = 20_000
const POLL_MS = 20

/** The living process of this number; null when there is none, or one that only waits to be buried. */
export const look = (pid: number): Seen | null => (process.platform === 'linux' ? fromProc(pid) : fromPs(pid))

export const isAlive = ({ pid, born }: ProcessId): boolean => look(pid)?.born === born

/** Sends the signal; false when that process is no more. */
export const send = (id: ProcessId, signal: NodeJS.Signals): boolean => {
  try {
    return isAlive(id) && process.kill(id.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

/** Asks the process to end, waits as long as given, then kills it. Comes back when it is gone. */
export const end = async (id: ProcessId, patienceMs: number): Promise<void> => {
  send(id, 'SIGTERM')
  // One that was stopped hears nothing until it goes on.
  send(id, 'SIGCONT')
  if (await isGone(id, patienceMs)) return
  send(id, 'SIGKILL')
  await isGone(id, Number.POSITIVE_INFINITY)
}

/** Waits until the process is gone: true; false when it is still there after that time. */
export const isGone = async (id: ProcessId, withinMs: number): Promise<boolean> => {
  const until = performance.now() + withinMs
  while (isAlive(id)) {
    if (performance.now() > until) return false
    await sleep(POLL_MS)
  }
  return true
}

/** Behind the name, which may hold spaces: the state is the first field; then threads, and the start in ticks. */
const [THREADS, START] = [17, 19]

const fromProc = (pid: number): Seen | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // One that is dead keeps its files and ports until its last thread is.
    if (fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[THREADS]) <= 1)) return null
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const [, kilobytes = 0] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return { pid, born: `${boot} ${fields[START]}`, memory: Number(kilobytes) * 1024 }
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** The same by ps, for systems without /proc; births are known to the second. */
export const fromPs = (pid: number): Seen | null => {
  const env = { LC_ALL: 'C', PATH: '/usr/bin:/bin' }
  const { stdout } = spawnSync('ps', ['-o', 'stat=,rss=,lstart=', '-p', `${pid}`], { encoding: 'utf8', env })
  const [, state, kilobytes, born] = /^(\S+)\s+(\d+)\s+(.+)$/.exec(stdout.trim()) ?? []
  return born === undefined || state!.startsWith('Z') ? null : { pid, born, memory: Number(kilobytes) * 1024 }
}
