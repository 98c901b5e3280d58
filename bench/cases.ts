import { globSync } from 'node:fs'
import { BLOCK_ROWS } from '../engine/log/block.ts'
import { type Measured, measurePass } from './measure.ts'
import { dealtFeed, hasQuotes, QUOTES, QUOTES_FILE, quotesFeed } from './recorded.ts'
import { type Feed, tickSource } from './ticks.ts'
import { REFERENCE, type Runner, type Workload } from './workload.ts'
import { Z20_REFERENCE } from './z20.ts'

export type Variant = 'hand' | 'millrace' | 'rxjs' | 'most'

/** Runs one case over so many ticks. It loads what it runs, so that a process holds no other variant. */
export type Run = (ticks: number) => Promise<Measured>

/** One workload on so many instruments, and who can run it. */
export interface Task {
  readonly workload: string
  readonly instruments: number
  readonly ticks: { readonly full: number; readonly quick: number }
  readonly variants: Readonly<Partial<Record<Variant, Run>>>
  /** A published result: the full pass of this run has this checksum. */
  readonly reference?: { readonly run: Run; readonly checksum: string }
  /** Why it cannot run here. */
  readonly absent?: string
}

const MILLION = 1_000_000
const PASS = { full: 10 * MILLION, quick: MILLION }
const SINGLE = { full: MILLION, quick: 100_000 }
const START = { full: 100_000, quick: 100_000 }

export const tasks: readonly Task[] = [
  ticksToFills('W1', 1),
  ticksToFills('W1', 100),
  ticksToFills('W2', 1),
  ticksToFills('W2', 100),
  keyed(100),
  keyedLmdb(100),
  z20(
    'Z20',
    pass(quotesFeed, async () => (await import('./millrace-z20.ts')).startZ20Millrace()),
  ),
  z20('Z20-venue', async ticks => (await import('./z20-venue.ts')).measureZ20Venue(ticks)),
  brackets(),
  resting(1),
  resting(10_000),
  ...operators(),
  ...features(1),
  ...features(100),
  featuresOfTicks(),
  alone('import', PASS, async rows => (await import('./import.ts')).measureImport(rows)),
  ...replay(100),
  alone('backtest', PASS, async rows => (await import('./backtest.ts')).measureBacktest(rows)),
  alone('first100k', START, async rows => (await import('./start.ts')).measureStart(rows)),
  alone('mailbox', PASS, async rows => (await import('./mailbox.ts')).measureMailbox(BLOCK_ROWS, rows)),
  alone('mailbox single', SINGLE, async rows => (await import('./mailbox.ts')).measureMailbox(1, rows)),
  snapshots('snapshot', 100),
  snapshots('restore', 100),
]

/** See `workload.ts`. */
function ticksToFills(workload: Workload, instruments: number): Task {
  const feed = () => tickSource(instruments)
  return {
    workload,
    instruments,
    ticks: PASS,
    variants: {
      hand: pass(feed, async () => (await import('./hand.ts')).startHand(workload, instruments)),
      millrace: pass(feed, async () => (await import('./millrace.ts')).startMillrace(workload, instruments)),
      rxjs: pass(feed, async () => (await import('./rxjs.ts')).startRxjs(workload)),
      most: pass(feed, async () => (await import('./most.ts')).startMost(workload, instruments)),
    },
    reference: {
      run: pass(feed, async () => (await import('./hand.ts')).startHand(workload, instruments, 'plain')),
      checksum: REFERENCE[`${workload}/${instruments}`]!,
    },
  }
}

/** See `keyed.ts`. */
function keyed(instruments: number): Task {
  const feed = () => tickSource(instruments)
  return {
    workload: 'keyed',
    instruments,
    ticks: PASS,
    variants: {
      hand: pass(feed, async () => (await import('./keyed.ts')).startKeyed(instruments)),
      millrace: pass(feed, async () => (await import('./millrace-keyed.ts')).startKeyedMillrace(instruments)),
      rxjs: pass(feed, async () => (await import('./rxjs.ts')).startKeyedRxjs()),
      most: pass(feed, async () => (await import('./most.ts')).startKeyedMost(instruments)),
    },
  }
}

/** See `scores.ts`. */
function keyedLmdb(instruments: number): Task {
  const feed = () => dealtFeed(instruments)
  return {
    workload: 'keyed-lmdb',
    instruments,
    ticks: PASS,
    variants: {
      hand: pass(feed, async () => (await import('./scores.ts')).startScores(instruments)),
      millrace: async rows => (await import('./keyed-lmdb.ts')).measureKeyedLmdb(instruments, rows),
    },
  }
}

/** See `z20.ts`. */
function z20(workload: string, millrace: Run): Task {
  const hand = pass(quotesFeed, async () => (await import('./z20.ts')).startZ20())
  return {
    workload,
    instruments: 1,
    ticks: { full: QUOTES, quick: QUOTES },
    variants: { hand, millrace },
    reference: { run: hand, checksum: Z20_REFERENCE },
    ...absent(),
  }
}

function absent(): Pick<Task, 'absent'> {
  return hasQuotes() ? {} : { absent: `${QUOTES_FILE} is not there` }
}

/** See `brackets.ts`. */
function brackets(): Task {
  const measured: Run = async ticks => (await import('./brackets.ts')).measureBrackets(ticks)
  return { ...alone('brackets', { full: QUOTES, quick: QUOTES }, measured), ...absent() }
}

/** See `resting.ts`. */
function resting(orders: number): Task {
  const ticks = { full: 2 * MILLION, quick: 200_000 }
  return alone(`resting ${orders}`, ticks, async rows => (await import('./resting.ts')).measureResting(orders, rows))
}

/** See `replay.ts`. */
function replay(instruments: number): readonly Task[] {
  const into = (start: () => Promise<Runner<object>>): Run => {
    return async rows => (await import('./replay.ts')).measureReplay(instruments, rows, await start())
  }
  return [
    {
      workload: 'replay-lmdb',
      instruments,
      ticks: PASS,
      variants: { millrace: into(async () => (await import('./replay.ts')).startReader()) },
    },
    {
      workload: 'replay-lmdb W2',
      instruments,
      ticks: PASS,
      variants: {
        hand: into(async () => (await import('./hand.ts')).startHand('W2', instruments)),
        millrace: into(async () => (await import('./millrace.ts')).startMillrace('W2', instruments)),
      },
    },
  ]
}

/** A workload that only Millrace does. */
function alone(workload: string, ticks: Task['ticks'], millrace: Run): Task {
  return { workload, instruments: 1, ticks, variants: { millrace } }
}

/** One for each operator: its step alone. See `operators.ts`. */
function operators(): readonly Task[] {
  const root = new URL('../', import.meta.url)
  return globSync('operators/*/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
    .toSorted()
    .map(path => {
      const workload = path.replace(/^operators\/(.*)\.ts$/, 'operator $1')
      const ticks = { full: 5 * MILLION, quick: MILLION }
      return alone(workload, ticks, async updates => (await import('./operators.ts')).measureOperator(path, updates))
    })
}

/** Ten features of a bar, see `features-hand.ts`, and the market set. */
function features(instruments: number): readonly Task[] {
  const runs = (start: () => Promise<Runner<object>>): Run => pass(() => tickSource(instruments), start)
  return [
    {
      ...{ workload: 'features ten', instruments, ticks: PASS },
      variants: {
        hand: runs(async () => (await import('./features-hand.ts')).startFeaturesHand(instruments)),
        millrace: runs(async () => (await import('./features.ts')).startTen(instruments)),
      },
    },
    {
      ...{ workload: 'features market', instruments, ticks: { full: 200_000, quick: 50_000 } },
      variants: { millrace: runs(async () => (await import('./features.ts')).startMarket(instruments)) },
    },
  ]
}

/** The market set of minute bars, per tick. Of many instruments it would take too many ticks until the first vector. */
function featuresOfTicks(): Task {
  const start = pass(
    () => tickSource(1),
    async () => (await import('./features.ts')).startMarketOfTrades(),
  )
  return alone('features tick', PASS, start)
}

/** All state of W2 as bytes, and back: the time is per instrument. */
function snapshots(workload: 'snapshot' | 'restore', instruments: number): Task {
  return {
    workload,
    instruments,
    ticks: { full: 20_000, quick: 5000 },
    variants: {
      millrace: async states => (await import('./snapshots.ts')).measureSnapshots(workload, instruments, states),
    },
  }
}

function pass(feed: () => Feed, start: () => Promise<Runner<object>>): Run {
  return async ticks => measurePass(await start(), feed(), ticks)
}
