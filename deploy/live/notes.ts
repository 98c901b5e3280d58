import { isDeepStrictEqual } from 'node:util'
import { isMillraceError, MillraceError } from '../../engine/errors.ts'
import { blockOf, type Row } from '../../engine/log/build.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import type { Log, LogSource } from '../../engine/log/port.ts'
import type { Schema } from '../../engine/market/topic.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import { systemClock } from '../../engine/time/clock.ts'
import type { Plan, Result } from '../manifest.ts'
import type { Tape } from '../tapes.ts'

/*
 * What a run that lives in a shared log says of itself, in a topic of its own: what it began with, and what each
 * partition came to. It stands where the manifest of a run folder stands.
 */

export interface Notes {
  /** What it began with: of processes that began at the same time, the first one says. Null when it has not begun. */
  readonly plan: Plan | null
  /** Of its topic, when it began; null as above. */
  readonly partitions: number | null
  /** How each partition of its topic begins: the digest of the first row; '' as long as there was none. */
  readonly heads: readonly string[]
  /** By partition, the last one told of those that came furthest: who has lost a partition may tell late. */
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
  let heads: readonly string[] = []
  for await (const { key, document } of rowsOf(log, TOPIC, 0)) {
    const found: unknown = JSON.parse(String(document))
    if (key === 'plan') plan ??= found as Plan
    else if (key === 'partitions') partitions = found as number
    else if (key === 'heads') heads = found as readonly string[]
    else if (isLast(found as Part, results.get(Number(key)))) results.set(Number(key), found as Part)
  }
  return { plan, partitions, heads, results }
}

/** With the same rows, who was at the end came further than who was asked to end there. */
const isLast = (found: Part, before: Part | undefined): boolean =>
  before === undefined || found.rows > before.rows || (found.rows === before.rows && (found.isWhole || !before.isWhole))

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

/**
 * A topic that was dropped and recorded anew has other rows at the offsets that the run has done.
 * Fails: fault CLI_TAPE.
 */
export const keepHeads = async (log: Log, tape: LogSource, topic: string, partitions: number): Promise<void> => {
  const { heads } = await readNotes(log)
  const found = await Promise.all(Array.from({ length: partitions }, (_, partition) => headOf(tape, topic, partition)))
  const other = found.findIndex((head, partition) => head !== '' && (heads[partition] || head) !== head)
  if (other >= 0) {
    const sentence = `${topic}/${other} begins with other rows than when the run began: the topic was recorded anew`
    throw new MillraceError('CLI_TAPE', `${sentence}; begin anew: --name OTHER`)
  }
  const known = found.map((head, partition) => heads[partition] || head)
  if (known.join() !== heads.join()) await note(log, 'heads', known)
}

const headOf = async (tape: LogSource, topic: string, partition: number): Promise<string> => {
  try {
    for await (const { block } of tape.read(topic, partition, 0)) {
      const digest = digestState()
      digestBlock(digest, block, 0, 1)
      return digestHex(digest)
    }
  } catch (error) {
    // Where retention has taken the first rows away, the position of the run tells whether they are missed.
    if (!isMillraceError(error) || error.code !== 'LOG_GONE') throw error
  }
  return ''
}

const note = (log: Log, key: string, document: object | number): Promise<unknown> =>
  log.append(TOPIC, 0, [blockOf(schema, [{ key, at: systemClock.now(), document: JSON.stringify(document) } as Row])])

/** A run goes on with what it began with. Fails: usage CLI_FLAG; fault CLI_TAPE. */
export const checkPlan = (name: string, began: Plan, found: Plan): void => {
  const fields = [
    'strategy',
    'params',
    'from',
    'to',
    'startBalance',
    'currency',
    'latencyUs',
    'venue',
    'listed',
  ] as const
  for (const field of fields) {
    if (isDeepStrictEqual(began[field], found[field])) continue
    const [was, is] = [began[field], found[field]].map(value => JSON.stringify(value))
    const sentence = `run '${name}' goes on with what it began with: ${field} was ${was}, found ${is}`
    throw new MillraceError('CLI_FLAG', `${sentence}; another run is --name OTHER`)
  }
  if (began.strategyPrints !== undefined && !isDeepStrictEqual(began.strategyPrints, found.strategyPrints))
    throw new MillraceError('CLI_FLAG', `run '${name}' began with another ${began.strategyFile}: put it back to go on`)
  checkTape(name, began.tape, found.tape)
}

/** What nobody has listed has no digest: its rows are held against the checkpoints of the run. */
const checkTape = (name: string, began: Tape, found: Tape): void => {
  if (began.topic !== found.topic) {
    const sentence = `run '${name}' reads topic '${began.topic}', found '${found.topic}'`
    throw new MillraceError('CLI_FLAG', `${sentence}; another run is --name OTHER`)
  }
  if (began.digest !== found.digest) {
    const sentence = `topic '${began.topic}' was recorded anew since the run began, from ${found.source}`
    throw new MillraceError('CLI_TAPE', `${sentence}: its rows are others; begin anew: --name OTHER`)
  }
  if (began.state !== 'foreign' || began.print === '' || began.print === found.print) return
  const sentence = `run '${name}' goes on with what it began with: its ticks were read by ${began.source}`
  throw new MillraceError(
    'CLI_FLAG',
    `${sentence}, with other instruments or fields than now; another run is --name OTHER`,
  )
}
