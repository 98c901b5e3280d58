import { BLOCK_ROWS } from '../engine/log/block.ts'
import { emptyBlock, type OpenBlock } from '../engine/log/build.ts'
import { type DigestState, digestBlock, digestHex, digestState } from '../engine/log/digest.ts'
import type { Schema } from '../engine/market/topic.ts'
import { rowsOf, type Ticks } from './ticks.ts'
import { deviation, distance, LENGTH, slide, WINDOW_SIZE } from './window.ts'
import type { Runner } from './workload.ts'

/**
 * Keyed scores: of each instrument's mids, how many sample deviations the last is from the mean of the last 20; every
 * one of them is an output. Result: how many, and the digest of all with key and time.
 */
export interface Scores {
  readonly count: number
  readonly digest: string
}

export const scores: Schema = { id: 9002, name: 'score', fields: [{ name: 'value', type: 'f64', unit: 'deviations' }] }

export const scoresOf = (digest: DigestState): Scores => ({ count: digest.count, digest: digestHex(digest) })

const SEEN = 0
const WINDOW = 1
const STRIDE: number = WINDOW + WINDOW_SIZE

/** The keyed scores as a loop written by hand: in memory, each block of them digested and forgotten. */
export function startScores(instruments: number): Runner<Scores> {
  const state = new Float64Array(instruments * STRIDE)
  const digest = digestState()
  const out = emptyBlock(scores)
  for (let i = 0; i < instruments; i++) out.keys.push(`K${i}`)
  return {
    push(ticks) {
      for (let from = 0; from < ticks.count; from += BLOCK_ROWS) {
        loop(state, out, rowsOf(ticks, from, Math.min(from + BLOCK_ROWS, ticks.count)))
        digestBlock(digest, out)
      }
    },
    result: () => scoresOf(digest),
  }
}

function loop(s: Float64Array, out: OpenBlock, { count, at, key, bid, ask }: Ticks): void {
  const value = out.columns.value as Float64Array
  let row = 0
  for (let i = 0; i < count; i++) {
    const b = key[i]! * STRIDE
    const mid = (bid[i]! + ask[i]!) / 2
    slide(s, b + WINDOW, mid, true)
    const seen = s[b + SEEN]! + 1
    s[b + SEEN] = seen
    if (seen < LENGTH) continue
    value[row] = distance(s, b + WINDOW, mid) / deviation(s, b + WINDOW)
    out.at[row] = at[i]!
    out.key[row] = key[i]!
    row += 1
  }
  out.count = row
}
