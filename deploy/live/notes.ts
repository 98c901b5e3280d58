import { isDeepStrictEqual } from 'node:util'
import { MillraceError } from '../../engine/errors.ts'
import { blockOf, type Row } from '../../engine/log/build.ts'
import type { Log } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Plan, Result } from '../manifest.ts'

/*
 * What a run that lives in a shared log says of itself, in a topic of its own: what it began with, and what each
 * partition came to. It stands where the manifest of a run folder stands.
 */

export interface Notes {
  /** What it began with; null when it has not begun. */
  readonly plan: Plan | null
  /** Of its topic, when it began; null as above. */
  readonly partitions: number | null
  /** By partition, the last one told. */
  readonly results: ReadonlyMap<number, Part>
}

/** What a partition came to when a process ended its work on it: at its end, or because it was asked to. */
export interface Part extends Result {
  readonly isWhole: boolean
}

const TOPIC = 'run'

const schema: Schema = {
  id: 41,
  name: 'run-note',
  fields: [{ name: 'document', type: 'text', unit: 'JSON' }],
}

/** `log` is the run's own. */
export const readNotes = async (log: Log): Promise<Notes> => {
  const results = new Map<number, Part>()
  let plan: Plan | null = null
  let partitions: number | null = null
  for await (const { key, document } of rowsOf(log, TOPIC, 0)) {
    const found: unknown = JSON.parse(String(document))
    if (key === 'plan') plan = found as Plan
    else if (key === 'partitions') partitions = found as number
    else results.set(Number(key), found as Part)
  }
  return { plan, partitions, results }
}

export const notePlan = (log: Log, plan: Plan): Promise<unknown> => note(log, 'plan', plan)

export const notePart = (log: Log, partition: number, part: Part): Promise<unknown> =>
  note(log, String(partition), part)

/** Another number would bring keys to the state of others. Fails: fault KAFKA_TOPIC. */
export const keepPartitions = async (log: Log, topic: string, found: number): Promise<void> => {
  const { partitions } = await readNotes(log)
  if (partitions === null) await note(log, 'partitions', found)
  if (partitions === null || partitions === found) return
  const sentence = `topic '${topic}' had ${partitions} partitions when the run began, found ${found}`
  throw new MillraceError('KAFKA_TOPIC', `${sentence}: keys would meet the state of others; begin anew: --name OTHER`)
}

const note = (log: Log, key: string, document: object | number): Promise<unknown> =>
  log.append(TOPIC, 0, [blockOf(schema, [{ key, at: systemClock.now(), document: JSON.stringify(document) } as Row])])

/** A run goes on with what it began with. Fails: usage CLI_FLAG. */
export const checkPlan = (name: string, began: Plan, found: Plan): void => {
  for (const field of ['strategy', 'params', 'from', 'to', 'startBalance', 'currency', 'latencyUs'] as const) {
    if (isDeepStrictEqual(began[field], found[field])) continue
    const [was, is] = [began[field], found[field]].map(value => JSON.stringify(value))
    const sentence = `run '${name}' goes on with what it began with: ${field} was ${was}, found ${is}`
    throw new MillraceError('CLI_FLAG', `${sentence}; another run is --name OTHER`)
  }
  if (began.tape.topic === found.tape.topic) return
  const sentence = `run '${name}' reads topic '${began.tape.topic}', found '${found.tape.topic}'`
  throw new MillraceError('CLI_FLAG', `${sentence}; another run is --name OTHER`)
}
