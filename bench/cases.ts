import { type Feed, tickSource } from './ticks.ts'
import { REFERENCE, type Runner, type Workload } from './workload.ts'
import { hasQuotes, QUOTES, QUOTES_FILE, quotesFeed, Z20_REFERENCE } from './z20.ts'

export type Variant = 'hand' | 'millrace' | 'rxjs' | 'most'

/** One workload on so many instruments, and who can run it. A variant is loaded in the process that runs it, alone. */
export interface Task {
  readonly workload: string
  readonly instruments: number
  readonly ticks: { readonly full: number; readonly quick: number }
  readonly feed: () => Feed
  readonly variants: Readonly<Partial<Record<Variant, () => Promise<Runner<object>>>>>
  /** Why it cannot run here. */
  readonly absent?: string
  /** Known from elsewhere: the full pass of this runner gives this checksum. */
  readonly reference?: { readonly runner: () => Promise<Runner<object>>; readonly checksum: string }
}

const MILLION = 1_000_000

export const tasks: readonly Task[] = [
  ticksToFills('W1', 1),
  ticksToFills('W1', 100),
  ticksToFills('W2', 1),
  ticksToFills('W2', 100),
  {
    workload: 'keyed',
    instruments: 100,
    ticks: { full: 10 * MILLION, quick: MILLION },
    feed: () => tickSource(100),
    variants: {
      hand: async () => (await import('./keyed.ts')).startKeyed(100),
      millrace: async () => (await import('./millrace-keyed.ts')).startKeyedMillrace(100),
      rxjs: async () => (await import('./rxjs.ts')).startKeyedRxjs(),
      most: async () => (await import('./most.ts')).startKeyedMost(100),
    },
  },
  {
    workload: 'Z20',
    instruments: 1,
    ticks: { full: QUOTES, quick: QUOTES },
    feed: quotesFeed,
    variants: {
      hand: z20,
      millrace: async () => (await import('./millrace-z20.ts')).startZ20Millrace(),
    },
    reference: { runner: z20, checksum: Z20_REFERENCE },
    ...(hasQuotes() ? {} : { absent: `${QUOTES_FILE} is not there` }),
  },
]

function ticksToFills(workload: Workload, instruments: number): Task {
  return {
    workload,
    instruments,
    ticks: { full: 10 * MILLION, quick: MILLION },
    feed: () => tickSource(instruments),
    variants: {
      hand: async () => (await import('./hand.ts')).startHand(workload, instruments),
      millrace: async () => (await import('./millrace.ts')).startMillrace(workload, instruments),
      rxjs: async () => (await import('./rxjs.ts')).startRxjs(workload),
      most: async () => (await import('./most.ts')).startMost(workload, instruments),
    },
    reference: {
      runner: async () => (await import('./hand.ts')).startHand(workload, instruments, 'plain'),
      checksum: REFERENCE[`${workload}/${instruments}`]!,
    },
  }
}

async function z20(): Promise<Runner<object>> {
  return (await import('./z20.ts')).startZ20()
}
