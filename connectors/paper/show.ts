import { arrive, expire, start } from './arrive.ts'
import { type Job, wake } from './desk.ts'
import { updateQueues } from './queue.ts'
import { outageAt } from './rules.ts'
import { type Scene, unrest } from './settle.ts'
import { reachesAny, workResting } from './work.ts'

/** First what time has ended, and commands; then what waited, then what came: as they stood in line. */
export function showQuote(scene: Scene): void {
  const { state, desk, rules } = scene
  const { at } = desk.quote
  if (outageAt(rules, at)?.venue === 'stands still') return
  if (state.now >= desk.nextEnd) expire(scene)
  const fresh = arrivals(scene)
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

const NONE: readonly Job[] = []

/** What has come to the venue by now, and is to be shown the quote. */
function arrivals(scene: Scene): readonly Job[] {
  const { coming, quote } = scene.desk
  let count = 0
  while (count < coming.length && coming[count]!.from <= quote.at) count += 1
  for (let i = count; i < coming.length; i++) coming[i]!.waited = true
  return count === 0 ? NONE : coming.splice(0, count).filter(job => arrive(scene, job))
}
