import type { Block } from '../../engine/log/block.ts'
import { admitSchema, checkEpoch, checkTopic, namesOf } from '../../engine/log/check.ts'
import { encodeBlock } from '../../engine/log/codec.ts'
import type { Commit, Output, TopicInfo } from '../../engine/log/port.ts'
import { type Draft, NEW_TASK } from './book.ts'
import type { Change } from './store.ts'

/** The changes that append the outputs, each at the end of its partition. */
export const appendStep = (draft: Draft, outputs: readonly Output[]): readonly Change[] => {
  const records = outputs.map(output => appendRecord(draft, output))
  return [...records, ...draft.settle()]
}

/** The changes of a commit: outputs, position, progress and snapshot. Fails: LOG_FENCED, LOG_SCHEMA. */
export const commitStep = (draft: Draft, step: Commit): readonly Change[] => {
  const { task, position, progress, snapshot } = step
  const { epoch, snapshotAt } = draft.get(['task', task]) ?? NEW_TASK
  checkEpoch(step, epoch)
  draft.set(['task', task], { epoch, position, snapshotAt: snapshot === undefined ? snapshotAt : position })
  const bytes: Change[] = [{ to: 'state', key: ['progress', task], value: progress }]
  if (snapshot !== undefined) bytes.push({ to: 'state', key: ['snapshot', task], value: snapshot })
  return [...bytes, ...appendStep(draft, step.outputs)]
}

/** The changes that begin a new epoch of the task. */
export const fenceStep = (draft: Draft, task: string): readonly Change[] => {
  const last = draft.get(['task', task]) ?? NEW_TASK
  draft.set(['task', task], { ...last, epoch: last.epoch + 1 })
  return draft.settle()
}

/** The changes that remove the topic with all its records. */
export const dropStep = (draft: Draft, topic: string): readonly Change[] => {
  const records: Change[] = []
  for (const partition of draft.get(['topic', topic])?.partitions ?? []) {
    const end = draft.get(['partition', topic, partition])?.end ?? 0
    for (let offset = 0; offset < end; offset++) records.push({ to: 'records', key: [topic, partition, offset] })
    draft.set(['partition', topic, partition], undefined)
  }
  draft.set(['topic', topic], undefined)
  return [...records, ...draft.settle()]
}

const appendRecord = (draft: Draft, { topic, partition, block }: Output): Change => {
  checkTopic(topic, partition)
  const entry = draft.get(['topic', topic]) ?? { schemas: [], partitions: [] }
  const schemas = admitSchema(topic, entry.schemas, block.schema)
  const value = encodeBlock(block)
  const isKnown = entry.partitions.includes(partition)
  const partitions = isKnown ? entry.partitions : [...entry.partitions, partition]
  if (!isKnown || schemas !== entry.schemas) draft.set(['topic', topic], { schemas, partitions })
  const info = draft.get(['partition', topic, partition]) ?? emptyPartition(topic, partition, block)
  draft.set(['partition', topic, partition], {
    ...info,
    end: info.end + 1,
    schema: namesOf(schemas),
    rows: info.rows + block.count,
    bytes: info.bytes + value.length,
    lastAt: block.at[block.count - 1]!,
  })
  return { to: 'records', key: [topic, partition, info.end], value }
}

const emptyPartition = (topic: string, partition: number, { schema, at }: Block): TopicInfo => ({
  topic,
  partition,
  schema: schema.name,
  end: 0,
  rows: 0,
  bytes: 0,
  firstAt: at[0]!,
  lastAt: at[0]!,
})
