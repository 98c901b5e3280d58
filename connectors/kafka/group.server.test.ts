import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { AssignerProtocol, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { MillraceError } from '../../engine/errors.ts'
import { type Clock, systemClock } from '../../engine/time/clock.ts'
import { type Client, openClient } from './client.ts'
import { type GroupOptions, joinGroup, type Membership } from './group.ts'
import type { GroupState } from './membership.ts'
import { held, newFloor, untilHeld, workOn } from './testing/floor.ts'
import { createTopic } from './testing/raw.ts'
import type { Work } from './workers.ts'

const PARTITIONS = 8
/** The least that a broker takes as it comes. */
const SESSION_MS = 6_000

/** A clock that stands still when it is told to: as a process does that is stopped. */
const stoppableClock = (): Clock & { stop(): void; goOn(): void } => {
  let going = Promise.withResolvers<void>()
  going.resolve()
  return {
    ...systemClock,
    async sleep(ms, signal) {
      await systemClock.sleep(ms, signal)
      await going.promise
    },
    stop() {
      going = Promise.withResolvers()
    },
    goOn: () => going.resolve(),
  }
}

describe('a group on the broker', () => {
  const prefix = `group-${Date.now()}`
  let client: Client
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: prefix })
  })
  const closing: (() => Promise<void>)[] = []
  afterAll(async () => {
    await Promise.allSettled(closing.map(close => close()))
    await client.close()
  })

  let topics = 0
  const newTopic = async (partitions = PARTITIONS): Promise<string> => {
    const topic = `${prefix}-${topics++}`
    await createTopic(client, topic, { partitions })
    return topic
  }
  const described = async (group: string): Promise<Described> => {
    const coordinator = await client.coordinator('group', group)
    return (await coordinator.ask<{ groups: [Described] }>('DescribeGroups', { groupIds: [group] })).groups[0]
  }
  const member = async (topic: string, work: Work, more: Partial<GroupOptions> = {}): Promise<Membership> => {
    const membership = await joinGroup({ client, group: topic, topics: [topic], work, heartbeatMs: 200, ...more })
    closing.push(membership.leave)
    return membership
  }

  it('deals the partitions out as members come and go, and never two work on one', async () => {
    const topic = await newTopic()
    const floor = newFloor()
    const a = await member(topic, workOn(floor, 'a', 50))
    expect(held(floor)).toEqual({ a: 8 })
    await member(topic, workOn(floor, 'b', 50))
    await untilHeld(floor, { a: 4, b: 4 })
    await member(topic, workOn(floor, 'c', 50))
    await untilHeld(floor, { a: 3, b: 3, c: 2 })
    await a.leave()
    await untilHeld(floor, { b: 4, c: 4 })
    expect(floor.starts).toHaveLength(8 + 4 + 2 + 3)
    expect(floor.overlaps).toEqual([])
  })

  it('gives the same partition of all topics to one member, as all tools can see', async () => {
    const both = [await newTopic(), await newTopic()]
    const group = both[0]!
    const floor = newFloor()
    await member(group, workOn(floor, 'a'), { topics: both })
    await member(group, workOn(floor, 'b'), { topics: both })
    await untilHeld(floor, { a: 4, b: 4 })
    const { members } = await described(group)
    const given = members.map(one => AssignerProtocol.MemberAssignment.decode(one.memberAssignment))
    for (const one of given) expect(one!.assignment[both[0]!]).toEqual(one!.assignment[both[1]!])
    expect(given.flatMap(one => one!.assignment[both[1]!]!).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  it.concurrent('gives what a silent member has to the others; it learns of that and comes back', async ({
    expect,
  }) => {
    const topic = await newTopic()
    const floor = newFloor()
    const clock = stoppableClock()
    const states: GroupState[] = []
    const more = { clock, sessionTimeoutMs: SESSION_MS, onChange: (state: GroupState) => states.push(state) }
    const a = await member(topic, workOn(floor, 'a'), more)
    await member(topic, workOn(floor, 'b'), { sessionTimeoutMs: SESSION_MS })
    await untilHeld(floor, { a: 4, b: 4 })
    const { memberId } = a.state()
    clock.stop()
    const began = performance.now()
    await untilHeld(floor, { a: 4, b: 8 })
    expect(performance.now() - began).toBeGreaterThan(SESSION_MS / 2)
    expect(floor.overlaps).toHaveLength(4)
    clock.goOn()
    await untilHeld(floor, { a: 4, b: 4 })
    expect(floor.overlaps).toHaveLength(4)
    expect(a.state().memberId).not.toBe(memberId)
    expect(states.some(({ generation, partitions }) => generation === -1 && partitions.get(0) !== 'working')).toBe(true)
  })

  it.concurrent('moves nothing while a static member restarts within the session timeout', async ({ expect }) => {
    const topic = await newTopic()
    const floor = newFloor()
    const one = { instanceId: 'one', sessionTimeoutMs: 2 * SESSION_MS }
    const a = await member(topic, workOn(floor, 'a'), one)
    const b = await member(topic, workOn(floor, 'b'))
    await untilHeld(floor, { a: 4, b: 4 })
    const { generation } = b.state()
    // Who leaves in the middle of a round gives up its place, and the answer to this member may still be on its way.
    await expect.poll(() => a.state().generation).toBe(generation)
    await a.leave()
    await untilHeld(floor, { b: 4 })
    await delay(1_000)
    const again = await member(topic, workOn(floor, 'again'), one)
    expect(held(floor)).toEqual({ again: 4, b: 4 })
    await delay(500)
    expect([b.state().generation, again.state().generation]).toEqual([generation, generation])
    expect(floor.starts.filter(start => start.startsWith('b'))).toHaveLength(4)
    await member(topic, workOn(floor, 'c'))
    await untilHeld(floor, { again: 3, b: 3, c: 2 })
    expect(floor.overlaps).toEqual([])
    await again.leave()
    await untilHeld(floor, { b: 4, c: 4 })
  })

  it.concurrent('goes on through a storm: no partition has two members, and most of the time it has one', async ({
    expect,
  }) => {
    const topic = await newTopic()
    const floor = newFloor()
    const owners = new Map<string, string>()
    const doubles: string[] = []
    const onChange = ({ memberId, generation, partitions }: GroupState): void => {
      for (const [partition, status] of partitions) {
        const place = `${generation} ${partition}`
        if (status === 'working' && (owners.get(place) ?? memberId) !== memberId) doubles.push(place)
        if (status === 'working') owners.set(place, memberId)
      }
    }
    const members: Membership[] = []
    const enter = async (name: string): Promise<void> => {
      members.push(await member(topic, workOn(floor, name, 20), { onChange }))
    }
    await enter('0')
    const leaves: Promise<void>[] = []
    const began = performance.now()
    // A storm is one for the machine that it comes to: what moves a partition takes its time there.
    let restMs = 300
    for (let n = 1; n <= 20; n++) {
      const since = performance.now()
      if (n % 3 === 0 || members.length > 4) leaves.push(members.shift()!.leave())
      else await enter(`${n}`)
      restMs = Math.max(restMs, 2 * (performance.now() - since))
      await delay(restMs)
    }
    const share = (): number => floor.worked / (PARTITIONS * (performance.now() - began))
    await Promise.all([...leaves, ...members.map(one => one.leave())])
    expect(share()).toBeGreaterThan(0.5)
    expect(floor.overlaps).toEqual([])
    expect(doubles).toEqual([])
  })

  it.concurrent('gives a partition on when its worker does not stop in time', async ({ expect }) => {
    const topic = await newTopic(2)
    const floor = newFloor()
    const end = Promise.withResolvers<void>()
    const a = await member(topic, workOn(floor, 'a', end.promise), { rebalanceTimeoutMs: 1_000 })
    const began = performance.now()
    await member(topic, workOn(floor, 'b'))
    await untilHeld(floor, { a: 2, b: 1 })
    expect(performance.now() - began).toBeGreaterThan(600)
    expect([...a.state().partitions.values()]).toEqual(['working', 'overdue'])
    expect(floor.overlaps).toEqual(['1: a and b'])
    end.resolve()
    await untilHeld(floor, { a: 1, b: 1 })
  })

  it.concurrent('tells a fence of who has taken over from one of a stranger', async ({ expect }) => {
    const topic = await newTopic(1)
    const fences: PromiseWithResolvers<void>[] = []
    const work: Work = () => {
      fences.push(Promise.withResolvers())
      return fences.at(-1)!.promise
    }
    const clock = stoppableClock()
    const a = await member(topic, work, { clock, sessionTimeoutMs: SESSION_MS })
    clock.stop()
    await expect.poll(async () => (await described(topic)).members).toEqual([])
    fences[0]!.reject(new MillraceError('LOG_FENCED', 'fenced'))
    await delay(100)
    clock.goOn()
    await expect.poll(() => fences).toHaveLength(2)
    fences[1]!.reject(new MillraceError('LOG_FENCED', 'fenced'))
    await expect(a.ended).rejects.toMatchObject({ code: 'LOG_FENCED' })
  })

  it.concurrent('is refused with one clear error', async ({ expect }) => {
    const [topic, other] = [await newTopic(), await newTopic(3)]
    const work = workOn(newFloor(), 'a')
    await expect(member(topic, work, { topics: [topic, `${topic}-none`] })).rejects.toMatchObject({
      code: 'KAFKA_TOPIC',
      message: `there is no topic ${topic}-none`,
    })
    await expect(member(topic, work, { topics: [topic, other] })).rejects.toMatchObject({
      code: 'KAFKA_TOPIC',
      message: expect.stringContaining(`topic ${topic} has 8 partitions and topic ${other} has 3`),
    })
    await expect(member(topic, work, { sessionTimeoutMs: 10 })).rejects.toMatchObject({
      code: 'KAFKA_GROUP',
      message: expect.stringMatching(`group ${topic}: .*session timeout`),
    })
    const consumer = new Kafka({ brokers: [inject('kafka')], logLevel: logLevel.NOTHING }).consumer({ groupId: other })
    closing.push(() => consumer.disconnect())
    await consumer.connect()
    await consumer.subscribe({ topic: other })
    await consumer.run({ eachMessage: async () => undefined })
    await vi.waitFor(
      () => expect(member(other, work)).rejects.toMatchObject({ code: 'KAFKA_GROUP', message: expect.any(String) }),
      { timeout: 30_000 },
    )
  })

  it('lets one process be an instance: the later one', async () => {
    const topic = await newTopic()
    const floor = newFloor()
    const first = await member(topic, workOn(floor, 'first'), { instanceId: 'one' })
    await member(topic, workOn(floor, 'second'), { instanceId: 'one' })
    await expect(first.ended).rejects.toMatchObject({ code: 'KAFKA_INSTANCE', message: expect.stringContaining('one') })
    expect(held(floor)).toEqual({ second: 8 })
  })

  it('keeps a member whose worker is busy, as long as it lets others have a turn', async () => {
    const topic = await newTopic(1)
    let steps = 0
    const busy: Work = async (_partition, signal) => {
      while (!signal.aborted) {
        const end = performance.now() + 20
        while (performance.now() < end) steps += 1
        await systemClock.breathe()
      }
    }
    const a = await member(topic, busy, { sessionTimeoutMs: SESSION_MS })
    const { memberId, generation } = a.state()
    await delay(SESSION_MS + 1_000)
    expect(a.state()).toMatchObject({ memberId, generation })
    expect(steps).toBeGreaterThan(0)
  })

  it('takes a member back that has held up its process for longer than the session', async () => {
    const topic = await newTopic(1)
    const reasons: unknown[] = []
    const work: Work = async (_partition, signal) => {
      // Once more, where the broker was too busy to notice.
      while (reasons.length === 0 && !signal.aborted) {
        const end = performance.now() + SESSION_MS + 1_500
        while (performance.now() < end);
        await Promise.race([once(signal, 'abort'), delay(2_000)])
      }
      if (!signal.aborted) await once(signal, 'abort')
      reasons.push(signal.reason)
    }
    const a = await member(topic, work, { sessionTimeoutMs: SESSION_MS })
    await expect.poll(() => reasons).toEqual(['lost'])
    await expect.poll(() => a.state().partitions).toEqual(new Map([[0, 'working']]))
  })

  it('ends when a worker fails, and the others go on with its partitions', async () => {
    const topic = await newTopic()
    const floor = newFloor()
    const work = workOn(floor, 'a')
    const breaks = Promise.withResolvers<void>()
    const failing: Work = (partition, signal) => (partition === 0 ? breaks.promise : work(partition, signal))
    const a = await member(topic, failing)
    await member(topic, workOn(floor, 'b'))
    await untilHeld(floor, { a: 3, b: 4 })
    breaks.reject(new MillraceError('ACTOR_POISON', 'broke'))
    await expect(a.ended).rejects.toMatchObject({ code: 'ACTOR_POISON' })
    await untilHeld(floor, { b: 8 })
    expect(floor.overlaps).toEqual([])
  })

  it('is left at once, even while it is being joined', async () => {
    const topic = await newTopic()
    const floor = newFloor()
    const clock = stoppableClock()
    await member(topic, workOn(floor, 'a'), { clock })
    clock.stop()
    const stop = new AbortController()
    const joining = member(topic, workOn(floor, 'b'), { signal: stop.signal })
    await delay(500)
    const began = performance.now()
    stop.abort()
    await (await joining).ended
    expect(performance.now() - began).toBeLessThan(SESSION_MS)
    clock.goOn()
  })
})

interface Described {
  readonly members: readonly { readonly memberAssignment: Buffer }[]
}
