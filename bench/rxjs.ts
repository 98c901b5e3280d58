import {
  filter,
  groupBy,
  map,
  mergeMap,
  type Observable,
  type OperatorFunction,
  pairwise,
  pipe,
  Subject,
  scan,
  tap,
} from 'rxjs'
import { zScore } from './indicators.ts'
import { BEYOND, type Hits } from './keyed.ts'
import {
  desk,
  features,
  hasTarget,
  intoMinute,
  isQuiet,
  type Mid,
  type Minute,
  type Range,
  type Tick,
  tickAt,
  withMid,
  withRange,
  withTarget,
} from './rows.ts'
import type { Ticks } from './ticks.ts'
import type { Result, Runner, Workload } from './workload.ts'

/** The workload as a TypeScript user writes it with RxJS: an object per tick, `groupBy`, spread. */
export function startRxjs(workload: Workload): Runner {
  const result: Result = { fills: 0, signals: 0, cash: 0 }
  const ticks$ = new Subject<Tick>()
  ticks$
    .pipe(
      groupBy(tick => tick.key),
      mergeMap(instrument$ => strategy(instrument$, workload, result)),
    )
    .subscribe()
  return { push: pushInto(ticks$), result: () => result }
}

function strategy(instrument$: Observable<Tick>, workload: Workload, result: Result): Observable<unknown> {
  const { fill, submit } = desk(result)
  const { withVolatility, withZ, withRsi, withAdx } = features()
  return instrument$.pipe(
    tap(fill),
    debounced(),
    map(withMid),
    workload === 'W1' ? minuteBars() : map(withRange),
    pipe(map(withVolatility), map(withZ), map(withRsi), map(withAdx)),
    map(withTarget),
    filter(hasTarget),
    tap(submit),
  )
}

const debounced = (): OperatorFunction<Tick, Tick> =>
  pipe(
    pairwise(),
    filter(([held, next]) => isQuiet(held, next)),
    map(([held]) => held),
  )

const minuteBars = (): OperatorFunction<Mid, Range> =>
  pipe(
    scan<Mid, Minute | undefined>(intoMinute, undefined),
    map(bar => bar?.closed),
    filter(bar => bar !== undefined),
  )

/** The keyed z-score with RxJS. */
export function startKeyedRxjs(): Runner<Hits> {
  const result: Hits = { hits: 0, sum: 0 }
  const ticks$ = new Subject<Tick>()
  ticks$
    .pipe(
      groupBy(tick => tick.key),
      mergeMap(instrument$ => {
        const z = zScore()
        return instrument$.pipe(
          map(withMid),
          map(tick => ({ ...tick, z: z(tick.mid) })),
          filter(tick => Math.abs(tick.z) > BEYOND),
        )
      }),
    )
    .subscribe(tick => {
      result.hits += 1
      result.sum += tick.z
    })
  return { push: pushInto(ticks$), result: () => result }
}

const pushInto =
  (ticks$: Subject<Tick>) =>
  (ticks: Ticks): void => {
    for (let i = 0; i < ticks.count; i++) ticks$.next(tickAt(ticks, i))
  }
