import { type Code, isMillraceError, MillraceError, messageOf } from '../errors.ts'
import type { Clock } from '../time/clock.ts'
import type { Poison } from './life.ts'

/**
 * What may be answered to a failure; there is no fourth.
 *
 * - `resume`: the row goes to the dead letters, everything else goes on as if it had never been.
 * - `restart`: everything since the last commit is done again, after a back-off, within a budget.
 * - `stop`: the actor ends; its last commit stands.
 */
export type Answer = 'stop' | 'resume' | 'restart'

/**
 * Answers an error at `topic/partition/offset#row`. Where no row is at fault, to `resume` is to stop. Not asked when
 * the task was taken over: that is always the end.
 */
export type Decider = (error: unknown, place: string) => Answer

export interface Supervision {
  /** Default: a reject resumes; a fault restarts if it says when to try again, else stops; all else is `onPoison`. */
  readonly decide?: Decider
  /** What to do about a row that the behaviour throws on by mistake. Default 'stop'. */
  readonly onPoison?: 'stop' | 'resume'
  /** Most rows of one run that may become dead letters; one more stops the actor. Default 1,000. */
  readonly poisonMax?: number
  readonly backoff?: Backoff
  readonly budget?: Budget
}

/** Restart n within the time of the budget waits minMs * factor^(n - 1), at most maxMs; longer if the fault says so. */
export interface Backoff {
  readonly minMs: number
  readonly maxMs: number
  readonly factor: number
}

/** Most restarts within a time; one more stops the actor. */
export interface Budget {
  readonly restarts: number
  readonly withinMs: number
}

const POISON_MAX = 1000

/** No chance in it: a task has one actor at a time, so there is no crowd to spread. */
const BACKOFF: Backoff = { minMs: 1000, maxMs: 30_000, factor: 2 }

/**
 * Five tries wait 1 + 2 + 4 + 8 + 16 = 31 s, longer than a broker takes to elect a leader; what fails a sixth time
 * within the minute does not heal by itself. (One restart in 5 s, the custom of Erlang, is for processes that start in
 * microseconds and depend on nothing outside.)
 */
const BUDGET: Budget = { restarts: 5, withinMs: 60_000 }

export type Verdict =
  | { readonly type: 'resumed'; readonly poison: Poison }
  | { readonly type: 'restarted'; readonly waitMs: number }
  | { readonly type: 'stopped'; readonly error: unknown }

/** Answers the failures of one run; `poison` is the row at fault, or null where there is none. */
export const judgeOf = (
  supervision: Supervision,
  clock: Clock,
): ((error: unknown, position: string, poison: Poison | null) => Verdict) => {
  const decide = supervision.decide ?? deciderOf(supervision)
  const { poisonMax = POISON_MAX, budget = BUDGET } = supervision
  const nextWait = waits(supervision, clock)
  let poisoned = 0
  return (error, position, poison) => {
    const place = poison?.place ?? position
    const answer = isFenced(error) ? 'stop' : decide(error, place)
    if (answer === 'resume' && poison !== null) {
      poisoned += 1
      const enough = `${place}: poison row number ${poisoned}, at most ${poisonMax} may be passed over`
      return poisoned <= poisonMax ? { type: 'resumed', poison } : stopped('ACTOR_POISON', enough, error)
    }
    if (answer !== 'restart') return { type: 'stopped', error }
    const waitMs = nextWait(error)
    const enough = `${place}: failed again after ${budget.restarts} restarts within ${budget.withinMs} ms`
    return waitMs === null ? stopped('ACTOR_RESTARTS', enough, error) : { type: 'restarted', waitMs }
  }
}

/** Another has the task: to restart would be to take it from him, and he from us again. */
const isFenced = (error: unknown): boolean => isMillraceError(error) && error.code === 'LOG_FENCED'

const stopped = (code: Code, sentence: string, cause: unknown): Verdict => ({
  type: 'stopped',
  error: new MillraceError(code, `${sentence}: ${messageOf(cause)}`, { cause }),
})

const deciderOf =
  ({ onPoison = 'stop' }: Supervision): Decider =>
  error => {
    if (!isMillraceError(error)) return onPoison
    if (error.family === 'fault') return error.retryAfterMs === null ? 'stop' : 'restart'
    return error.family === 'reject' ? 'resume' : onPoison
  }

/** How long to wait before the next restart, in milliseconds, or null when the budget is spent. */
const waits = ({ backoff = BACKOFF, budget = BUDGET }: Supervision, clock: Clock) => {
  const times: number[] = []
  return (error: unknown): number | null => {
    const now = clock.monotonicUs()
    while (times.length > 0 && times[0]! < now - budget.withinMs * 1000) times.shift()
    if (times.length >= budget.restarts) return null
    const wait = Math.min(backoff.maxMs, backoff.minMs * backoff.factor ** times.length)
    times.push(now)
    return Math.max(wait, isMillraceError(error) ? (error.retryAfterMs ?? 0) : 0)
  }
}
