import { getHeapStatistics } from 'node:v8'
import { type Feed, rowsOf, type Ticks, tickColumns } from './ticks.ts'
import { checksum, type Runner } from './workload.ts'

export interface Measured {
  /** Nanoseconds per tick of each slice after the warm-up. */
  readonly nsPerTick: readonly number[]
  /** The same of the first slice, in a cold process. */
  readonly coldNsPerTick: number
  /** What one tick allocates on the heap of V8 after the warm-up, whether or not it is collected. */
  readonly bytesPerTick: number
  readonly checksum: string
}

/** A tenth of a case. */
export interface Slice {
  /** Ticks, rows, updates: what the time is divided by. */
  readonly size: number
  /** Makes ready, off the clock. Must not allocate if the bytes are to be believed. */
  prepare(): void
  work(): void | Promise<void>
}

const SLICES = 10
const WARM_UP = 3
/** Rows of one push: a block of the log. */
const BLOCK = 4096

/** Works ten slices and measures the last seven. */
export async function measure({ size, prepare, work }: Slice): Promise<Omit<Measured, 'checksum'>> {
  const ns = new Float64Array(SLICES)
  let bytes = 0
  for (let i = 0; i < SLICES; i++) {
    prepare()
    if (i === WARM_UP) bytes = -allocated()
    const before = performance.now()
    const working = work()
    if (working) await working
    ns[i] = ((performance.now() - before) * 1e6) / size
  }
  bytes += allocated()
  return {
    nsPerTick: [...ns.subarray(WARM_UP)],
    coldNsPerTick: ns[0]!,
    bytesPerTick: bytes / (size * (SLICES - WARM_UP)),
  }
}

/**
 * Measures what cannot be cut into slices, because it does some of its work only now and then, as a commit or a
 * snapshot: one figure, over all that comes behind the warm-up. `run` tells how many rows it has done, once a block.
 */
export async function measureRun(
  rows: number,
  run: (onRows: (done: number) => void) => Promise<void>,
): Promise<Omit<Measured, 'checksum'>> {
  const start = performance.now()
  let cold = NaN
  let [from, since, bytes] = [NaN, NaN, NaN]
  await run(done => {
    if (Number.isNaN(cold) && done * SLICES >= rows) cold = ((performance.now() - start) * 1e6) / done
    if (!Number.isNaN(from) || done * SLICES < rows * WARM_UP) return
    from = done
    bytes = allocated()
    since = performance.now()
  })
  const ns = ((performance.now() - since) * 1e6) / (rows - from)
  return { nsPerTick: [ns], coldNsPerTick: cold, bytesPerTick: (allocated() - bytes) / (rows - from) }
}

/** One pass of so many ticks through a runner. The ticks of a slice are made before its clock starts. */
export async function measurePass(runner: Runner<object>, feed: Feed, count: number): Promise<Measured> {
  const ticks = tickColumns(Math.floor(count / SLICES))
  const blocks = blocksOf(ticks)
  const measured = await measure({
    size: ticks.count,
    prepare: () => feed(ticks),
    work() {
      for (const block of blocks) runner.push(block)
    },
  })
  const rest = rowsOf(ticks, 0, count % SLICES)
  feed(rest)
  runner.push(rest)
  return { ...measured, checksum: checksum(runner.result()) }
}

function blocksOf(ticks: Ticks): readonly Ticks[] {
  const starts = Array.from({ length: Math.ceil(ticks.count / BLOCK) }, (_, i) => i * BLOCK)
  return starts.map(from => rowsOf(ticks, from, Math.min(from + BLOCK, ticks.count)))
}

const allocated = (): number => getHeapStatistics().total_allocated_bytes
