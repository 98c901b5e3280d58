import type { Block } from '../engine/log/block.ts'
import { type Measured, measureRun } from './measure.ts'
import { TAPE, withTape } from './tape.ts'
import type { Ticks } from './ticks.ts'
import { checksum, type Runner } from './workload.ts'

/** A tape of the ticks of `ticks.ts`, read from LMDB: each block found, checked, decoded, and given to the runner. */
export const measureReplay = (instruments: number, rows: number, runner: Runner<object>): Promise<Measured> =>
  withTape('ticks', instruments, rows, async ({ log }) => {
    const measured = await measureRun(rows, async onRows => {
      let done = 0
      for await (const { block } of log.read(TAPE.topic, TAPE.partition, 0)) {
        runner.push(ticksOf(block))
        done += block.count
        onRows(done)
      }
    })
    return { ...measured, checksum: checksum(runner.result()) }
  })

/** Does nothing with the rows but count them. */
export function startReader(): Runner<{ rows: number; lastAt: number }> {
  const result = { rows: 0, lastAt: NaN }
  return {
    push({ count, at }) {
      result.rows += count
      result.lastAt = at[count - 1]!
    },
    result: () => result,
  }
}

const ticksOf = ({ count, at, key, columns }: Block): Ticks => ({
  count,
  at,
  key,
  bid: columns.bid as Float64Array,
  ask: columns.ask as Float64Array,
  size: columns.bidSize as Float64Array,
})
