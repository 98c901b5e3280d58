import { openClient } from '../../connectors/kafka/client.ts'
import { takeOver } from '../../connectors/kafka/producer.ts'
import { apis, type Fate } from '../../connectors/kafka/testing/proxy.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { PARTITIONS, RUN, type Scene } from './scene.ts'

/** Something that goes wrong, and is over when this resolves. */
export type Fault = (scene: Scene) => Promise<void>

const rest = (seconds: number): Promise<void> => systemClock.sleep(seconds * 1000)

/** Longer than a member may be silent, and than a transaction may be open. */
const OUT_S = 13
/** An id of a transaction is given out for so long at most. */
const TAKE_MS = 10_000

/** By name; the case of BF1 to BF26 behind it. */
export const faults: Readonly<Record<string, Fault>> = {
  'engine killed': async ({ crew, random }) => {
    await rest(random.between(0, 2))
    random.pick([...crew.hands]).signal('SIGKILL')
  },
  // BF16, BF19: a zombie, which wakes up when another has its partitions.
  'engine stopped': async ({ crew, random, isLong }) => {
    const hand = random.pick([...crew.hands])
    hand.signal('SIGSTOP')
    await rest(isLong ? random.between(1, 2 * OUT_S) : OUT_S)
    hand.signal('SIGCONT')
  },
  // BF1
  'broker killed': async ({ broker }) => {
    await broker.kill()
    await broker.restart()
  },
  // BF1: nobody is left who knows what was on its way.
  'broker and engines killed': async ({ broker, crew }) => {
    const killed = broker.kill()
    for (const hand of crew.hands) hand.signal('SIGKILL')
    await killed
    await broker.restart()
  },
  // BF1
  'broker killed and away': async ({ broker, random, isLong }) => {
    await broker.kill()
    await rest(isLong ? random.between(5, 60) : 5)
    await broker.restart()
  },
  // BF3
  'broker stopped': async ({ broker, random, isLong }) => {
    await broker.kill('SIGSTOP')
    await rest(isLong ? random.pick([1, 10, 45]) : 11)
    await broker.kill('SIGCONT')
  },
  // BF4
  'broker restarted': ({ broker }) => broker.restart(),
  // BF7: nothing comes through, and nobody is told.
  'engines cut off': scene => judged(scene, scene.isLong ? scene.random.between(1, 30) : 8, () => 'lose'),
  // BF8
  'answers lost': scene => judged(scene, scene.isLong ? scene.random.between(1, 30) : 11, () => 'mute'),
  // BF10
  'wire slow': scene => judged(scene, 6, () => ({ slowMs: scene.random.between(50, 300) })),
  // BF11
  'connections cut': async ({ proxy, random }) => {
    for (let n = 0; n < 8; n++) {
      proxy.cut()
      await rest(random.between(0.1, 0.8))
    }
  },
  // BF11
  'answers torn': scene => judged(scene, 4, () => (scene.random.below(10) === 0 ? 'tear' : 'pass')),
  // BF11
  'requests refused': scene => judged(scene, 4, () => (scene.random.below(10) === 0 ? 'refuse' : 'pass')),
  // BF12
  'ends of transactions late': scene =>
    judged(scene, 8, api =>
      api !== apis.EndTxn || scene.random.below(3) > 0 ? 'pass' : { lateMs: scene.random.between(100, 8000) },
    ),
  // BF12: and the engine waits for it, until the broker has ended the transaction.
  'ends of transactions held': scene => {
    let held = 0
    return judged(scene, 14, api => (api === apis.EndTxn && held++ === 0 ? { heldMs: 13_000 } : 'pass'))
  },
  // BF17
  'transactional id taken': async ({ broker, random }) => {
    const client = await openClient({ brokers: [broker.address], clientId: 'hijacker' })
    await takeOver(client, { id: `${RUN}.${random.below(PARTITIONS)}`, last: null, patienceMs: TAKE_MS })
    await client.close()
  },
  // BF18
  'members come and go': async ({ crew, isLong }) => {
    for (let n = 0; n < (isLong ? 10 : 4); n++) {
      const guest = crew.hire(null)
      await rest(2.5)
      await guest.dismiss()
    }
  },
}

/** Requests have these fates for a time. */
const judged = async ({ proxy }: Scene, seconds: number, fateOf: (api: number) => Fate): Promise<void> => {
  proxy.judge(fateOf)
  await rest(seconds)
  proxy.judge(() => 'pass')
}
