import { getHeapStatistics } from 'node:v8'
import { type Feed, rowsOf, type Ticks, tickColumns } from './ticks.ts'
import type { Runner } from './workload.ts'

export interface Measured {
  /** Nanoseconds per tick of each slice after the warm-up. */
  readonly nsPerTick: readonly number[]
  /** The same of the first slice, in a cold process. */
  readonly coldNsPerTick: number
  /** What one tick allocates on the heap of V8 after the warm-up, whether or not it is collected. */
  readonly bytesPerTick: number
}

const SLICES = 10
const WARM_UP = 3
/** Rows of one push: a block of the log. */
const BLOCK = 4096

/**
 * Pushes one pass of ticks through the runner in ten slices and measures the last seven. The ticks of a slice are made
 * before its clock starts.
 */
export function measure(runner: Pick<Runner<object>, 'push'>, feed: Feed, count: number): Measured {
  const slice = tickColumns(Math.floor(count / SLICES))
  const blocks = blocksOf(slice)
  const ns = new Float64Array(SLICES)
  let bytes = 0
  for (let i = 0; i < SLICES; i++) {
    feed(slice)
    if (i === WARM_UP) bytes = -allocated()
    const before = performance.now()
    for (const block of blocks) runner.push(block)
    ns[i] = ((performance.now() - before) * 1e6) / slice.count
  }
  bytes += allocated()
  pushRest(runner, feed, slice, count % SLICES)
  return {
    nsPerTick: [...ns.subarray(WARM_UP)],
    coldNsPerTick: ns[0]!,
    bytesPerTick: bytes / (slice.count * (SLICES - WARM_UP)),
  }
}

function blocksOf(ticks: Ticks): readonly Ticks[] {
  const starts = Array.from({ length: Math.ceil(ticks.count / BLOCK) }, (_, i) => i * BLOCK)
  return starts.map(from => rowsOf(ticks, from, Math.min(from + BLOCK, ticks.count)))
}

function pushRest(runner: Pick<Runner<object>, 'push'>, feed: Feed, columns: Ticks, count: number): void {
  const rest = rowsOf(columns, 0, count)
  feed(rest)
  runner.push(rest)
}

const allocated = (): number => getHeapStatistics().total_allocated_bytes
