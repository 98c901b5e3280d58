import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { protocolError } from './client.ts'
import { isTransient, newPatience } from './retry.ts'

const missing = protocolError(3)
const away = new Error('connection refused')

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const later = (seconds: number): void => void vi.advanceTimersByTime(seconds * 1000)

it.each([-1, 8, 19])('may read again after error %i, as it may write', code => {
  expect(isTransient(protocolError(code))).toBe(true)
})

it('bears trouble from its first failure on', () => {
  const patience = newPatience(60_000)
  later(100)
  expect(patience.bears(away)).toBe(true)
  later(59)
  expect(patience.bears(away)).toBe(true)
  later(1)
  expect(patience.bears(away)).toBe(false)
})

it('bears no more and no less when the clock of the machine is set', () => {
  const patience = newPatience(60_000)
  expect(patience.bears(away)).toBe(true)
  vi.setSystemTime(Date.now() + 3_600_000)
  expect(patience.bears(away)).toBe(true)
  vi.setSystemTime(Date.now() - 7_200_000)
  later(60)
  expect(patience.bears(away)).toBe(false)
})

it('gives a missing topic five seconds', () => {
  const patience = newPatience(60_000)
  expect(patience.bears(missing)).toBe(true)
  later(4)
  expect(patience.bears(missing)).toBe(true)
  later(1)
  expect(patience.bears(missing)).toBe(false)
})

it('gives a broker that was away the same five seconds to know its topics again', () => {
  const patience = newPatience(60_000)
  expect(patience.bears(missing)).toBe(true)
  later(20)
  expect(patience.bears(away)).toBe(true)
  later(20)
  expect(patience.bears(missing)).toBe(true)
  later(4)
  expect(patience.bears(missing)).toBe(true)
  later(1)
  expect(patience.bears(missing)).toBe(false)
})
