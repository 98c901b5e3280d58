import { messageOf } from '../../engine/errors.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import { intents } from '../../engine/market/topics.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { wideBlocks } from '../testing/market.ts'
import { documentOf, millrace } from '../testing/millrace.ts'
import type { Exit } from './crew.ts'
import { type Fault, faults } from './faults.ts'
import { type Differences, differencesOf, type Outcome, outputsOf, undisturbed } from './outcome.ts'
import { randomOf } from './random.ts'
import { recovered } from './recovery.ts'
import { openScene, PARTITIONS, RUN, type Scene, TOPIC } from './scene.ts'

export interface ChaosOptions {
  /** Faults begin until then; each kind once in any case. */
  readonly minutes: number
  readonly seed: number
  readonly members: number
  /** Names of `faults`; of one, it comes so many times and time does not count. */
  readonly kinds: readonly string[]
  readonly times?: number
  readonly isLong: boolean
  /** Hears of each fault, and how long it took until all was well again. */
  readonly tell: (kind: string, recoveryMs: number) => void
}

export interface ChaosEnd extends Differences {
  readonly seed: number
  readonly seconds: number
  /** Fed, and written as intents and executions. */
  readonly rows: { readonly fed: number; readonly intents: number; readonly executions: number }
  /** By kind of fault: how often, and how long until all partitions had caught up, milliseconds. */
  readonly recoveries: ReadonlyMap<string, readonly number[]>
  /** What a reader saw that is not in the log, or in another order. */
  readonly unstable: number
  readonly exits: ReadonlyMap<string, Exit>
}

const INSTRUMENTS = 24
const ROWS_PER_SECOND = 600
const BLOCKS_PER_SECOND = 10
/** Of some hours. */
const ROWS_MAX = 10_000_000

/** A run under faults, held against one that nothing happened to. */
export const chaos = async (options: ChaosOptions): Promise<ChaosEnd> => {
  const { seed, members, isLong } = options
  const random = randomOf(seed)
  const market = wideBlocks(INSTRUMENTS, ROWS_MAX, ROWS_PER_SECOND / BLOCKS_PER_SECOND)
  const began = performance.now()
  const scene = await openScene({ market, rowsPerSecond: ROWS_PER_SECOND, random, isLong })
  try {
    // Who meets no topic, or one that grows yet, is not let in.
    await Promise.race([scene.feed.begun, scene.feed.failed])
    for (let n = 0; n < members; n++) scene.crew.hire(n % 2 === 0 ? `member-${n}` : null)
    await systemClock.sleep(3000)
    await goneOn(scene)
    const recoveries = await disturb(scene, options)
    await scene.feed.stop()
    await recovered(scene.log, { isFed: false })
    await scene.crew.dismiss()
    const found = await ended(scene)
    await scene.watcher.stop()
    const expected = await undisturbed(RUN, TOPIC, scene.feed.fed())
    return {
      ...{ seed, recoveries, exits: scene.crew.exits, unstable: unstableIn(scene, found) },
      ...sumOf(expected.map((one, partition) => differencesOf(one, found[partition]!))),
      seconds: (performance.now() - began) / 1000,
      rows: { fed: scene.feed.rows(), intents: many(expected, 'intents'), executions: many(expected, 'executions') },
    }
  } finally {
    await scene.close()
  }
}

/** Deals the kinds out in one random order after the other, so that each comes as often as any. */
const disturb = async (scene: Scene, options: ChaosOptions): Promise<ReadonlyMap<string, readonly number[]>> => {
  const { minutes, kinds, times, tell } = options
  const recoveries = new Map<string, number[]>(kinds.map(kind => [kind, []]))
  const until = performance.now() + minutes * 60_000
  for (let dealt = 0; times === undefined ? dealt === 0 || performance.now() < until : dealt < times; dealt++)
    for (const kind of scene.random.shuffled(kinds)) {
      if (times === undefined && dealt > 0 && performance.now() >= until) break
      const ms = await struck(scene, kind)
      recoveries.get(kind)!.push(ms)
      tell(kind, ms)
      await systemClock.sleep(scene.random.between(0, 500))
    }
  return recoveries
}

/** How long it took until all was well again. Fails: when it was not, with what the processes said last. */
const struck = async (scene: Scene, kind: string): Promise<number> => {
  try {
    await (faults[kind] as Fault)(scene)
    return await goneOn(scene)
  } catch (cause) {
    const words = [...scene.crew.hands].map(hand => `${hand.instance ?? 'guest'}: ${hand.words()}`)
    throw new Error([`after '${kind}': ${messageOf(cause)}`, ...words].join('\n\n'), { cause })
  }
}

const goneOn = ({ log, feed }: Scene): Promise<number> => Promise.race([recovered(log, { isFed: true }), feed.failed])

/** One more process goes to the end and tells the digests; the rows are in the log. */
const ended = async ({ log, args, home }: Scene): Promise<Outcome[]> => {
  const end = await millrace([...args, '--to-end', '--json'], { home })
  if (end.code !== 0) throw new Error(`the run does not come to its end: ${end.stderr}`)
  const { partitions } = documentOf(end) as { partitions: { partition: number; digests: unknown }[] }
  const own = scopedLog(log, RUN)
  return Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => ({
      digests: partitions.find(one => one.partition === partition)?.digests,
      rows: await outputsOf(own, RUN, partition),
    })),
  )
}

const unstableIn = ({ watcher }: Scene, found: readonly Outcome[]): number =>
  watcher.seen
    .map((rows, partition) => rows.filter((row, n) => found[partition]!.rows[intents.name]![n] !== row).length)
    .reduce((sum, one) => sum + one, 0)

const sumOf = (all: readonly Differences[]): Differences => {
  const sum = (name: keyof Differences): number => all.reduce((total, one) => total + one[name], 0)
  return { lost: sum('lost'), doubled: sum('doubled'), strange: sum('strange'), torn: sum('torn') }
}

const many = (outcomes: readonly Outcome[], topic: string): number =>
  outcomes.reduce((total, { rows }) => total + rows[topic]!.length, 0)
