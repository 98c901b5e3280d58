import { globSync } from 'node:fs'
import { type Measured, measurePass } from './measure.ts'
import { type Feed, tickSource } from './ticks.ts'
import { REFERENCE, type Runner, type Workload } from './workload.ts'
import { hasQuotes, QUOTES, QUOTES_FILE, quotesFeed, Z20_REFERENCE } from './z20.ts'

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

export const tasks: readonly Task[] = [
  ticksToFills('W1', 1),
  ticksToFills('W1', 100),
  ticksToFills('W2', 1),
  ticksToFills('W2', 100),
  keyed(100),
  z20(),
  ...operators(),
  {
    workload: 'import',
    instruments: 1,
    ticks: PASS,
    variants: { millrace: async rows => (await import('./import.ts')).measureImport(rows) },
  },
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

/** See `z20.ts`. */
function z20(): Task {
  const hand = pass(quotesFeed, async () => (await import('./z20.ts')).startZ20())
  return {
    workload: 'Z20',
    instruments: 1,
    ticks: { full: QUOTES, quick: QUOTES },
    variants: {
      hand,
      millrace: pass(quotesFeed, async () => (await import('./millrace-z20.ts')).startZ20Millrace()),
    },
    reference: { run: hand, checksum: Z20_REFERENCE },
    ...(hasQuotes() ? {} : { absent: `${QUOTES_FILE} is not there` }),
  }
}

/** One for each operator: its step alone. See `operators.ts`. */
function operators(): readonly Task[] {
  const root = new URL('../', import.meta.url)
  return globSync('operators/*/*.ts', { cwd: root, exclude: ['**/*.test.ts'] })
    .toSorted()
    .map(path => ({
      workload: path.replace(/^operators\/(.*)\.ts$/, 'operator $1'),
      instruments: 1,
      ticks: { full: 5 * MILLION, quick: MILLION },
      variants: { millrace: async updates => (await import('./operators.ts')).measureOperator(path, updates) },
    }))
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
