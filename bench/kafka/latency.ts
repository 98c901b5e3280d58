import { BLOCK_ROWS } from '../../engine/log/block.ts'

/** A tick on its way: when it was sent, microseconds since the epoch, and its quote. */
export interface Sent {
  readonly at: number
  readonly bid: number
  readonly ask: number
}

/** From a producer over a topic, a step that takes the mid, and another topic to a reader: all in one process. */
export interface Way {
  send(ticks: readonly Sent[]): void
  close(): Promise<void>
}

export type Arrived = (at: number, mid: number) => void

export type Open = (arrived: Arrived) => Promise<Way>

/** Microseconds from when a tick was sent to when its mid was read, and what arrived. */
export interface Latencies {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  /** How many arrived, and the sum of their mids, in order. */
  readonly checksum: string
}

const WARM_UP_S = 3
/** What is due is sent so often, in one call, a block at most. */
const TURN_MS = 1
const PATIENCE_MS = 30_000

/** Sends so many ticks a second for so many seconds, after a warm-up. */
export const measureLatency = async (perSecond: number, seconds: number, open: Open): Promise<Latencies> => {
  const all = perSecond * (WARM_UP_S + seconds)
  const us = new Float64Array(all)
  let [arrived, sum] = [0, 0]
  const { promise: complete, resolve } = Promise.withResolvers<void>()
  const way = await open((at, mid) => {
    us[arrived] = now() - at
    sum += mid
    arrived += 1
    if (arrived === all) resolve()
  })
  await sendAll(way, perSecond, all)
  const timer = setTimeout(resolve, PATIENCE_MS)
  await complete
  clearTimeout(timer)
  await way.close()
  const sorted = us.subarray(perSecond * WARM_UP_S, arrived).sort()
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map(share => sorted[Math.floor(share * sorted.length)]!)
  return { p50: p50!, p90: p90!, p99: p99!, checksum: checksumOf(arrived, sum) }
}

const now = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000)

const sendAll = async (way: Way, perSecond: number, all: number): Promise<void> => {
  const began = performance.now()
  for (let sent = 0; sent < all; ) {
    const due = Math.min(all, sent + BLOCK_ROWS, Math.floor(((performance.now() - began) * perSecond) / 1000))
    if (due > sent) way.send(Array.from({ length: due - sent }, (_, n) => ({ at: now(), ...quoteAt(sent + n) })))
    sent = due
    await new Promise(resolve =>
      setTimeout(resolve, Math.max(TURN_MS, began + (1000 * (sent + 1)) / perSecond - performance.now())),
    )
  }
}

const quoteAt = (n: number): Omit<Sent, 'at'> => ({ bid: 1 + (n % 1000) / 1024, ask: 1.5 + (n % 1000) / 1024 })

const checksumOf = (count: number, sum: number): string => `${count}|${sum}`

/** What arrives of so many ticks, if all does. */
export const expectedMids = (perSecond: number, seconds: number): string => {
  const all = perSecond * (WARM_UP_S + seconds)
  let sum = 0
  for (let n = 0; n < all; n++) sum += midOf(quoteAt(n))
  return checksumOf(all, sum)
}

export const midOf = ({ bid, ask }: Pick<Sent, 'bid' | 'ask'>): number => (bid + ask) / 2
