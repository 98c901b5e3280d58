import { arrive, expire, isNamed, start } from './arrive.ts'
import { expectQuote, isBusy, type Job, wake } from './desk.ts'
import { callMargin } from './margin.ts'
import { updateQueues } from './queue.ts'
import { outageAt } from './rules.ts'
import { type Scene, unrest } from './settle.ts'
import { reachesAny, workResting } from './work.ts'

/** A quote of its own: it is shown to what works, and the account is looked at. */
export function meetQuote(scene: Scene): void {
  if (isBusy(scene.desk)) showQuote(scene)
  callMargin(scene)
}

/** First what time has ended, and commands; then what waited, then what came: as they stood in line. */
export function showQuote(scene: Scene): void {
  const { state, desk, rules } = scene
  const { at } = desk.quote
  if (outageAt(rules, at)?.venue === 'stands still') return
  if (state.now >= desk.nextEnd) expire(scene)
  const fresh = arrivals(scene)
  for (const job of desk.coming) job.waited = true
  const { waking } = desk
  if (waking.length > 0) desk.waking = []
  if (rules.queue) updateQueues(scene)
  if (reachesAny(desk)) workResting(scene)
  for (const serial of waking) {
    const job = desk.jobs.get(serial)
    if (job === undefined) continue
    unrest(desk, job)
    if (at < job.from) wake(desk, serial)
    else start(scene, job)
  }
  for (const job of fresh) start(scene, job)
}

/** Before a print: what time has ended, and commands. An order that came waits for the quote after it. */
export function passTime(scene: Scene): void {
  const { state, desk } = scene
  if (state.now >= desk.nextEnd) expire(scene)
  for (const job of arrivals(scene)) if (desk.jobs.has(job.serial) || !isNamed(job)) expectQuote(desk, job)
}

const NONE: readonly Job[] = []

/** What has come to the venue by now, and is to be shown the quote. */
function arrivals(scene: Scene): readonly Job[] {
  const { coming } = scene.desk
  let count = 0
  while (count < coming.length && coming[count]!.from <= scene.at) count += 1
  return count === 0 ? NONE : coming.splice(0, count).filter(job => arrive(scene, job))
}
