import { runActor } from '../engine/actor/actor.ts'
import type { Behaviour } from '../engine/actor/behaviour.ts'
import { BLOCK_ROWS } from '../engine/log/block.ts'
import { sliceBlock } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import type { Log } from '../engine/log/port.ts'
import { systemClock } from '../engine/time/clock.ts'
import { type Measured, measure } from './measure.ts'
import { record } from './record.ts'
import { TAPE } from './tape.ts'

/** What an actor itself costs: a behaviour that does nothing, over a memory log with blocks of so many rows. */
export async function measureMailbox(rowsPerBlock: number, rows: number): Promise<Measured> {
  const size = Math.floor(rows / 10)
  const log = await filled(rowsPerBlock, size)
  const idle = idler()
  const measured = await measure({
    size,
    prepare: () => undefined,
    async work() {
      const end = await runActor({
        task: 'idle/0',
        // A task of its own each time: progress is not what is measured.
        log: memoryLog(),
        mailbox: { log, ...TAPE },
        behaviour: () => idle,
        clock: systemClock,
      })
      if (end.type === 'stopped') throw end.error
    },
  })
  return { ...measured, checksum: String(idle.rows) }
}

async function filled(rowsPerBlock: number, rows: number): Promise<Log> {
  const whole = memoryLog()
  await record(whole, 'ticks', 1, rows)
  if (rowsPerBlock === BLOCK_ROWS) return whole
  const log = memoryLog()
  for await (const { block } of whole.read(TAPE.topic, TAPE.partition, 0)) {
    for (let from = 0; from < block.count; from += rowsPerBlock) {
      const to = Math.min(from + rowsPerBlock, block.count)
      await log.append(TAPE.topic, TAPE.partition, [sliceBlock(block, from, to)])
    }
  }
  return log
}

/** Counts the rows. */
function idler(): Behaviour & { rows: number } {
  const nothing = new Uint8Array()
  const idle = {
    rows: 0,
    step(_record: unknown, from: number, to: number) {
      idle.rows += to - from
    },
    row: () => -1,
    outputs: () => [],
    progress: () => nothing,
    snapshot: () => nothing,
    restore: () => undefined,
  }
  return idle
}
