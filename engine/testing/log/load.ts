import type { Block } from '../../log/block.ts'
import { blockOf } from '../../log/build.ts'
import type { Log, Output } from '../../log/port.ts'
import { quotes } from '../../market/topics.ts'

/** What a process under load was told to be safe. */
export type Ack =
  | { readonly type: 'append'; readonly partition: number; readonly end: number; readonly rows: number }
  | { readonly type: 'commit'; readonly number: number }

/** Calls that are not acknowledged yet. */
const IN_FLIGHT = 8
const TASK = 'load/0'

/**
 * Writes to the log until the process is killed, so that `checkLoad` can tell afterwards whether something is missing,
 * torn or twice: the rows of a partition are numbered by `at`; commit n writes n % 4 rows, n as its progress, and every
 * fifth one n as its snapshot.
 */
export const loadLog = async (log: Log, acknowledge: (ack: Ack) => void): Promise<never> => {
  const rows = [await rowsIn(log, 'ticks', 0), await rowsIn(log, 'ticks', 1)] as [number, number]
  const { epoch, position } = await log.fence(TASK)
  let commits = position.offset
  const append = async (partition: 0 | 1, size: number): Promise<void> => {
    const from = rows[partition]
    const total = from + size + 3
    rows[partition] = total
    const first = await log.append('ticks', partition, [numbered(from, from + size), numbered(from + size, total)])
    acknowledge({ type: 'append', partition, end: first + 2, rows: total })
  }
  const commit = async (number: number): Promise<void> => {
    const progress = bytesOf(number)
    const step = { task: TASK, epoch, outputs: outputsOf(number), position: { offset: number, row: 0 }, progress }
    await log.commit(number % 5 === 0 ? { ...step, snapshot: progress } : step)
    acknowledge({ type: 'commit', number })
  }
  const calls: Promise<void>[] = []
  for (let turn = 0; ; turn++) {
    calls.push(turn % 3 === 0 ? commit(++commits) : append((turn % 2) as 0 | 1, 1 + (turn % 40)))
    if (calls.length >= IN_FLIGHT) await calls.shift()
  }
}

/** What is wrong with a log after `loadLog` was killed, one sentence each. */
export const checkLoad = async (log: Log, acks: readonly Ack[]): Promise<readonly string[]> => {
  const { position, progress, snapshot } = await log.fence(TASK)
  const committed = position.offset
  const findings = [
    ...(await misnumbered(log, 'ticks', 0)),
    ...(await misnumbered(log, 'ticks', 1)),
    ...(await misnumbered(log, 'decisions', 0)),
  ]
  const decisions = await rowsIn(log, 'decisions', 0)
  if (decisions !== rowsUpTo(committed))
    findings.push(`commit ${committed} and ${decisions} decisions do not belong together`)
  if (committed > 0 && numberOf(progress) !== committed) findings.push(`the progress is not of commit ${committed}`)
  if (numberOf(snapshot?.bytes) !== snapshot?.position.offset) findings.push('the snapshot is not of its position')
  if ((snapshot?.position.offset ?? 0) !== committed - (committed % 5)) findings.push('the last snapshot is missing')
  for (const ack of acks)
    if (ack.type === 'commit' && ack.number > committed) findings.push(`commit ${ack.number} is missing`)
    else if (ack.type === 'append' && (await log.end('ticks', ack.partition)) < ack.end)
      findings.push(`ticks/${ack.partition} lacks ${ack.rows} rows`)
  return findings
}

const misnumbered = async (log: Log, topic: string, partition: number): Promise<string[]> => {
  let row = 0
  for await (const { offset, block } of log.read(topic, partition, 0)) {
    const bid = block.columns.bid as Float64Array
    for (let index = 0; index < block.count; index++, row++)
      if (block.at[index] !== row || bid[index] !== row / 3)
        return [`${topic}/${partition}/${offset}#${index} is not row ${row}`]
  }
  const known = await rowsIn(log, topic, partition)
  return known === row ? [] : [`${topic}/${partition} has ${row} rows, not ${known}`]
}

const rowsIn = async (log: Log, topic: string, partition: number): Promise<number> =>
  (await log.topics()).find(info => info.topic === topic && info.partition === partition)?.rows ?? 0

const numbered = (from: number, to: number): Block =>
  blockOf(
    quotes.schema,
    Array.from({ length: to - from }, (_, index) => {
      const at = from + index
      return { key: `K${at % 3}`, at, bid: at / 3, ask: at, bidSize: 0, askSize: 0 }
    }),
  )

/** Two blocks where there are rows enough, so that a commit can be torn. */
const outputsOf = (commit: number): Output[] => {
  const [from, to] = [rowsUpTo(commit - 1), rowsUpTo(commit)]
  const cuts = to - from > 1 ? [from, from + 1, to] : to > from ? [from, to] : []
  return cuts.slice(1).map((end, index) => ({ topic: 'decisions', partition: 0, block: numbered(cuts[index]!, end) }))
}

/** Rows that commits 1 to `commit` wrote: n % 4 each. */
const rowsUpTo = (commit: number): number => 6 * Math.floor(commit / 4) + [0, 1, 3, 6][commit % 4]!

const bytesOf = (number: number): Uint8Array => new Uint8Array(Float64Array.of(number).buffer)

const numberOf = (bytes: Uint8Array | null | undefined): number | undefined =>
  bytes ? new Float64Array(bytes.slice().buffer)[0] : undefined
