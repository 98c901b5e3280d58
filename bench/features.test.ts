import { describe, expect, it } from 'vitest'
import { market } from '../models/features/market.ts'
import { oracle } from '../models/features/oracle.ts'
import { tasks } from './cases.ts'
import { ten } from './features.ts'
import { measured } from './features-memory.ts'

describe('the feature cases', () => {
  // That the ten are those of the hand-written loop, bit for bit, `bench.test.ts` tests for every case that has one.
  it.each([
    ['features market', 1, 3000, 3000 - 271],
    ['features tick', 1, 300_000, 200],
  ] as const)('%s gives vectors', async (name, instruments, ticks, vectors) => {
    const task = tasks.find(({ workload, instruments: found }) => workload === name && found === instruments)!
    const { checksum, nsPerTick } = await task.variants.millrace!(ticks)
    expect(Number(checksum.split('|')[0])).toBeGreaterThanOrEqual(vectors)
    for (const ns of nsPerTick) expect(ns).toBeGreaterThan(0)
  })

  it('has ten of the numbers of the market set', () => {
    const names = new Set(market.features.map(({ name }) => name))
    expect(ten.features.map(({ name }) => names.has(name))).toEqual(new Array(10).fill(true))
  })
})

it('memory is told per key', () => {
  const { set, features, snapshotBytes, heapBytes } = measured(oracle.name)
  expect([set, features]).toEqual(['oracle', 6])
  expect(snapshotBytes).toBeGreaterThan(1000)
  expect(snapshotBytes).toBeLessThan(3000)
  expect(heapBytes).toBeGreaterThan(1000)
  expect(heapBytes).toBeLessThan(10_000)
})
