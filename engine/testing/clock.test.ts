import { expect, test } from 'vitest'
import { manualClock } from './clock.ts'

test('stands until it is moved, and wakes sleepers in the order in which they are due', async () => {
  const clock = manualClock(5)
  expect([clock.now(), clock.monotonicUs()]).toEqual([5000, 5000])
  const woken: string[] = []
  const sleeps = [30, 10, 20].map(async ms => {
    await clock.sleep(ms)
    woken.push(`${ms} at ${clock.now() / 1000}`)
  })
  expect(await clock.asleep()).toBe(10)
  await clock.advance(25)
  expect(woken).toEqual(['10 at 15', '20 at 25'])
  expect([clock.now(), await clock.asleep()]).toEqual([30_000, 5])
  await clock.advance(5)
  await Promise.all(sleeps)
  expect(woken).toHaveLength(3)
})

test('a sleep ends with its signal', async () => {
  const clock = manualClock()
  const abort = new AbortController()
  const sleep = clock.sleep(1000, abort.signal)
  abort.abort()
  await sleep
  await clock.sleep(1000, abort.signal)
  expect(clock.now()).toBe(0)
})

test('repeats, and does not catch up what a late reader missed', async () => {
  const clock = manualClock()
  const every = clock.every(10)[Symbol.asyncIterator]()
  const first = every.next()
  await clock.advance(10)
  expect((await first).value).toBe(10_000)
  await clock.advance(35)
  const second = every.next()
  expect(await clock.asleep()).toBe(5)
  await clock.advance(5)
  expect((await second).value).toBe(50_000)
})
