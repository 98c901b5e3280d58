import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { NOBODY, openLeaders } from './leaders.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** Partition 0 and 1 of a topic, and who leads them. */
const open = (...led: number[]) => {
  const leaders = openLeaders(async ([topic]) => {
    const partitionMetadata = led.map((leader, partitionId) => ({ partitionId, leader }))
    return [{ topic: topic!, partitionMetadata }]
  })
  return { leaders, led }
}

it('knows who leads a partition while nobody leads another, and asks again who does', async () => {
  const { leaders, led } = open(2, NOBODY)
  expect(await leaders.of('quotes', 0)).toBe(2)
  expect(await leaders.partitions(['quotes'])).toEqual(new Map([['quotes', 2]]))
  expect(await leaders.of('quotes', 1)).toBe(NOBODY)
  led[1] = 3
  expect(await leaders.of('quotes', 1)).toBe(3)
  expect(await leaders.of('quotes', 2)).toBe(null)
})

it('leaves a leader that does not know that it leads no more', async () => {
  const { leaders, led } = open(1)
  expect(await leaders.of('quotes', 0)).toBe(1)
  led[0] = 2
  vi.advanceTimersByTime(30_000)
  expect(await leaders.of('quotes', 0)).toBe(1)
  vi.advanceTimersByTime(1)
  await leaders.of('quotes', 0)
  await vi.waitFor(async () => expect(await leaders.of('quotes', 0)).toBe(2))
})
