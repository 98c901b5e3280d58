import type { ChildProcess } from 'node:child_process'
import { systemClock } from '../../engine/time/clock.ts'
import { type Done, millrace } from '../testing/millrace.ts'

export interface CrewOptions {
  /** Of `millrace run`, but for the instance. */
  readonly args: readonly string[]
  /** MILLRACE_HOME. */
  readonly home: string
}

/** Processes of a run that are started again whenever they end, as an orchestrator does. */
export interface Crew {
  /** With an instance id it comes back as the same static member. */
  hire(instance: string | null): Hand
  readonly hands: ReadonlySet<Hand>
  /** Why processes ended by themselves, by code, with what the last one said. */
  readonly exits: ReadonlyMap<string, Exit>
  /** Asks all to end, and waits. */
  dismiss(): Promise<void>
}

export interface Exit {
  readonly count: number
  readonly last: string
}

export interface Hand {
  readonly instance: string | null
  /** The last that it said. */
  words(): string
  /** The process of now; none between two. */
  signal(signal: NodeJS.Signals): void
  /** Asks it to end, waits, and does not start it again. */
  dismiss(): Promise<void>
}

/** Kept of what a process says, characters. */
const LAST_WORDS = 3000
/** What an orchestrator waits before it starts again what has failed. */
const REST_MS = 500

export const openCrew = ({ args, home }: CrewOptions): Crew => {
  const hands = new Set<Hand>()
  const exits = new Map<string, Exit>()
  const note = (end: Done): void => {
    if (end.signal !== null) return
    const code = codeOf(end)
    exits.set(code, { count: (exits.get(code)?.count ?? 0) + 1, last: end.stderr.slice(-LAST_WORDS) })
  }
  return {
    hands,
    exits,
    hire(instance) {
      const flags = instance === null ? [] : ['--instance', instance]
      let child: ChildProcess | null = null
      let words = ''
      const over = new AbortController()
      const started = (process: ChildProcess): void => {
        child = process
        process.stderr!.on('data', (text: string) => {
          words = (words + text).slice(-LAST_WORDS)
        })
      }
      const working = (async () => {
        while (!over.signal.aborted) {
          const end = await millrace([...args, ...flags], { home, started })
          child = null
          if (over.signal.aborted) break
          note(end)
          if (end.signal === null) await systemClock.sleep(REST_MS, over.signal)
        }
      })()
      const hand: Hand = {
        instance,
        words: () => words,
        signal: signal => void child?.kill(signal),
        async dismiss() {
          hands.delete(hand)
          over.abort()
          child?.kill('SIGTERM')
          await working
        },
      }
      hands.add(hand)
      return hand
    },
    async dismiss() {
      await Promise.all([...hands].map(hand => hand.dismiss()))
    },
  }
}

/** 'KAFKA_AWAY' of 'KAFKA_AWAY: no answer from …'. */
const codeOf = ({ code, stderr }: Done): string =>
  [...stderr.matchAll(/^([A-Z]+(?:_[A-Z]+)*): /gm)].at(-1)?.[1] ?? `exit ${code}`
