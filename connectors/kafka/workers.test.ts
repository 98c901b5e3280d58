import { describe, expect, it } from 'vitest'
import { manualClock } from '../../engine/testing/clock.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { openWorkers } from './workers.ts'

/** Workers that end when they are told to, and what was said of them. */
const open = () => {
  const clock = manualClock()
  const told: string[] = []
  const ends = new Map<number, PromiseWithResolvers<void>>()
  const workers = openWorkers({
    clock,
    stopMs: 1000,
    async work(partition, signal) {
      told.push(`${partition} starts`)
      signal.addEventListener('abort', () => told.push(`${partition} ${signal.reason}`))
      const end = Promise.withResolvers<void>()
      ends.set(partition, end)
      await end.promise
    },
    onChange: () => undefined,
    onFailure: (error, status) => told.push(`${error} while ${status}`),
  })
  const end = async (partition: number): Promise<void> => {
    ends.get(partition)!.resolve()
    await systemClock.breathe()
  }
  const fail = async (partition: number): Promise<void> => {
    ends.get(partition)!.reject('broke')
    await systemClock.breathe()
  }
  const statuses = (): string => [...workers.statuses()].map(([partition, status]) => `${partition} ${status}`).join()
  return { workers, clock, told, end, fail, statuses }
}

describe('the workers of a member', () => {
  it('start and stop as partitions come and go; others go on', async () => {
    const { workers, told, end, statuses } = open()
    workers.assign([0, 1])
    workers.assign([1, 2])
    expect(told).toEqual(['0 starts', '1 starts', '0 revoked', '2 starts'])
    expect(statuses()).toBe('0 stopping,1 working,2 working')
    expect(workers.claims().toSorted()).toEqual([0, 1, 2])
    await end(0)
    expect(workers.claims()).toEqual([1, 2])
    expect(workers.areStopping()).toBe(false)
  })

  it('keep what they have come to the end of, and let go of it at once', async () => {
    const { workers, told, end, statuses } = open()
    workers.assign([0])
    await end(0)
    expect(statuses()).toBe('0 done')
    workers.assign([0])
    expect(workers.claims()).toEqual([0])
    workers.assign([])
    expect(workers.claims()).toEqual([])
    expect(told).toEqual(['0 starts'])
  })

  it('begin anew when a partition comes back, and not before the one before has ended', async () => {
    const { workers, told, end, statuses } = open()
    workers.assign([0])
    workers.assign([])
    workers.assign([0])
    expect(statuses()).toBe('0 stopping')
    expect(workers.claims()).toEqual([0])
    await end(0)
    expect(told).toEqual(['0 starts', '0 revoked', '0 starts'])
    expect(statuses()).toBe('0 working')
  })

  it('claim nothing that is lost, and nothing that they are too slow to let go of', async () => {
    const { workers, clock, told, end, statuses } = open()
    workers.assign([0, 1])
    workers.assign([0])
    workers.lose()
    expect(told.slice(2)).toEqual(['1 revoked', '0 lost'])
    expect(workers.claims()).toEqual([])
    expect(workers.areStopping()).toBe(true)
    await clock.advance(999)
    expect(statuses()).toBe('0 lost,1 lost')
    await clock.advance(1)
    expect(statuses()).toBe('0 overdue,1 overdue')
    expect(workers.areStopping()).toBe(false)
    workers.assign([1])
    await end(0)
    await end(1)
    expect(statuses()).toBe('1 working')
  })

  it('say how they stood when they failed', async () => {
    const { workers, told, fail, statuses } = open()
    workers.assign([0, 1, 2])
    workers.assign([0, 1])
    await fail(2)
    await fail(1)
    workers.lose()
    await fail(0)
    expect(told.slice(3)).toEqual([
      '2 revoked',
      'broke while stopping',
      'broke while working',
      '0 lost',
      'broke while lost',
    ])
    expect(statuses()).toBe('')
  })
})
