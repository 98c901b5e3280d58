import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'

test('tells the time of day in whole microseconds, and time that never falls', () => {
  expect(Number.isSafeInteger(systemClock.now())).toBe(true)
  expect(Math.abs(systemClock.now() / 1000 - Date.now())).toBeLessThan(1000)
  const earlier = systemClock.monotonicUs()
  expect(systemClock.monotonicUs()).toBeGreaterThanOrEqual(earlier)
})

test('sleeps, and wakes quietly when told to', async () => {
  const start = systemClock.monotonicUs()
  await systemClock.sleep(20)
  expect(systemClock.monotonicUs() - start).toBeGreaterThan(15_000)
  const abort = new AbortController()
  const sleep = systemClock.sleep(60_000, abort.signal)
  abort.abort()
  await expect(sleep).resolves.toBeUndefined()
  await expect(systemClock.sleep(60_000, abort.signal)).resolves.toBeUndefined()
})

test('repeats until told to stop, and does not catch up what a late reader missed', async () => {
  const abort = new AbortController()
  const start = systemClock.monotonicUs()
  let count = 0
  for await (const at of systemClock.every(10, abort.signal)) {
    expect(Number.isSafeInteger(at)).toBe(true)
    count += 1
    if (count === 1) await systemClock.sleep(45)
    if (count === 3) abort.abort()
  }
  expect(count).toBe(3)
  expect(systemClock.monotonicUs() - start).toBeGreaterThan(65_000)
})
