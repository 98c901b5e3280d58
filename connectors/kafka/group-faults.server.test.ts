import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { type Client, openClient } from './client.ts'
import { joinGroup, type Membership } from './group.ts'
import { newFloor, untilHeld, workOn } from './testing/floor.ts'
import { apis, type Fate, type KafkaProxy, openProxy } from './testing/proxy.ts'
import { createTopic } from './testing/raw.ts'
import type { Work } from './workers.ts'

const SESSION_MS = 6_000
const SYNC_GROUP = 14

describe('a member behind a wire that fails', () => {
  const prefix = `wire-${Date.now()}`
  let proxy: KafkaProxy
  let direct: Client
  let client: Client
  beforeAll(async () => {
    proxy = await openProxy(inject('kafka'))
    direct = await openClient({ brokers: [inject('kafka')], clientId: prefix })
    client = await openClient({ brokers: [proxy.address], clientId: prefix })
  })
  afterAll(async () => {
    proxy.judge(() => 'pass')
    await client.close()
    await proxy.close()
    await direct.close()
  })

  const retries: string[] = []
  const member = async (client: Client, topic: string, work: Work): Promise<Membership> => {
    const timeouts = { heartbeatMs: 200, sessionTimeoutMs: SESSION_MS, rebalanceTimeoutMs: 2_000 }
    const onRetry = (reason: string) => retries.push(reason)
    const membership = await joinGroup({ client, group: topic, topics: [topic], work, onRetry, ...timeouts })
    onTestFinished(async () => {
      proxy.judge(() => 'pass')
      await membership.leave()
    })
    return membership
  }

  it.each<[string, Fate]>([
    ['a heartbeat is lost', 'lose'],
    ['the answer to a heartbeat is lost', 'mute'],
    // Later than the next one was to come; a member that has waited for a third of its session asks again.
    ['a heartbeat is late', { slowMs: 700 }],
    ['the connection is cut', 'cut'],
    ['an answer is torn', 'tear'],
  ])('keeps its place when %s', async (what, fate) => {
    const topic = `${prefix}-${what.replaceAll(' ', '-')}`
    await createTopic(direct, topic, { partitions: 2 })
    const floor = newFloor()
    const a = await member(client, topic, workOn(floor, 'a'))
    const { memberId, generation } = a.state()
    retries.length = 0
    let met = 0
    proxy.judge(api => (api === apis.Heartbeat && met++ === 0 ? fate : 'pass'))
    await expect.poll(() => met).toBeGreaterThan(3)
    expect(retries.length).toBe(typeof fate === 'object' ? 0 : 1)
    expect(a.state()).toMatchObject({ memberId, generation })
    expect(floor.starts).toHaveLength(2)
  })

  it.each(
    (['refuse', 'cut', 'tear'] as const).flatMap(fate =>
      [apis.JoinGroup, SYNC_GROUP, apis.FindCoordinator].map(api => [fate, api] as const),
    ),
  )('comes through a round whose first two requests fail: %s, API %i', async (fate, api) => {
    const topic = `${prefix}-${fate}-${api}`
    await createTopic(direct, topic, { partitions: 4 })
    const floor = newFloor()
    await member(direct, topic, workOn(floor, 'a'))
    let met = 0
    proxy.judge(one => (one === api && met++ < 2 ? fate : 'pass'))
    await member(client, topic, workOn(floor, 'b'))
    await untilHeld(floor, { a: 2, b: 2 })
    expect(met).toBeGreaterThanOrEqual(2)
    expect(floor.overlaps).toEqual([])
  })

  it.each([1, 2, 3])('comes to an even share when all is well again, seed %i', async seed => {
    const topic = `${prefix}-seed-${seed}`
    await createTopic(direct, topic, { partitions: 8 })
    const floor = newFloor()
    await member(direct, topic, workOn(floor, 'a'))
    await member(client, topic, workOn(floor, 'b'))
    const fates: readonly Fate[] = ['lose', 'refuse', 'mute', 'cut', 'tear', { heldMs: 700 }, { slowMs: 700 }]
    let state = seed
    let faults = 0
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    proxy.judge(api => {
      const isOfGroup = [apis.JoinGroup, SYNC_GROUP, apis.Heartbeat, apis.FindCoordinator].includes(api)
      if (!isOfGroup || random(4) > 0) return 'pass'
      faults += 1
      return fates[random(fates.length)]!
    })
    for (let n = 0; n < 3 || faults < 2; n++) {
      await delay(1_000)
      const one = await member(direct, topic, workOn(floor, `guest ${n}`))
      await delay(1_000)
      await one.leave()
    }
    proxy.judge(() => 'pass')
    await untilHeld(floor, { a: 4, b: 4 })
  })
})
