import { assert } from '../assert.ts'
import { MillraceError } from '../errors.ts'
import type { Schema } from '../market/topic.ts'
import { BLOCK_ROWS, type Block } from './block.ts'
import type { Commit } from './port.ts'

/** Holds a block against its own schema. Fails: Defect LOG_SCHEMA with the column, what it is and what it should be. */
export const checkBlock = (block: Block): void => {
  const { schema, count, at, key, keys } = block
  if (!Number.isInteger(count) || count < 1 || count > BLOCK_ROWS)
    throw refusal(schema, `has ${count} rows, but a record has 1 to ${BLOCK_ROWS}`)
  if (at.length < count || key.length < count)
    throw refusal(schema, `has ${count} rows, but shorter columns at and key`)
  for (let row = 0; row < count; row++)
    if (key[row]! >= keys.length)
      throw refusal(schema, `has ${keys.length} keys, but row ${row} names number ${key[row]}`)
  for (const { name, type } of schema.fields) {
    const column = block.columns[name]
    if (column === undefined) throw refusal(schema, `has no column ${name}`)
    if (type === 'f64' ? !(column instanceof Float64Array) : !Array.isArray(column))
      throw refusal(schema, `has a column ${name} of another type than ${type}`)
    if (column.length < count) throw refusal(schema, `has ${count} rows, but ${column.length} in the column ${name}`)
  }
}

/**
 * The schemas of a topic with one more that comes to it. A topic is a mailbox: instruments, quotes and clock records
 * may follow each other, a block is of one schema. Fails: Defect LOG_SCHEMA when a known id comes with another shape.
 */
export const admitSchema = (topic: string, known: readonly Schema[], found: Schema): readonly Schema[] => {
  const same = known.find(schema => schema.id === found.id)
  if (same === undefined) return [...known, found]
  if (same === found || shape(same) === shape(found)) return known
  throw new MillraceError('LOG_SCHEMA', `topic ${topic} holds ${shape(same)}, not ${shape(found)}`)
}

/** The rule of Kafka holds for every backend, so that a topic can move from one to another. */
export const checkTopic = (topic: string, partition: number): void => {
  assert(/^[\w.-]{1,249}$/.test(topic), `a topic is named with 1 to 249 of A-Z a-z 0-9 . _ -, not '${topic}'`)
  assert(Number.isInteger(partition) && partition >= 0, `a partition is a number from 0, not ${partition}`)
}

export const checkOffset = (offset: number): void =>
  assert(Number.isInteger(offset) && offset >= 0, `an offset is a number from 0, not ${offset}`)

/** Short enough for a key of every backend. */
export const checkTask = (task: string): void =>
  assert(task.length >= 1 && task.length <= 249, `a task is named with 1 to 249 characters, not '${task}'`)

/** Fails: Fault LOG_FENCED when somebody fenced the task after the committer did, or nobody ever fenced it. */
export const checkEpoch = ({ task, epoch }: Commit, current: number): void => {
  if (epoch === current && epoch > 0) return
  throw new MillraceError('LOG_FENCED', `task ${task} commits under epoch ${epoch}, but its epoch is ${current}`)
}

/** 'instrument+quote': what a topic holds, in order of first appearance. */
export const namesOf = (schemas: readonly Schema[]): string => schemas.map(({ name }) => name).join('+')

const shape = ({ id, name, fields }: Schema): string =>
  `${name} (id ${id}: ${fields.map(field => `${field.name} ${field.type}`).join(', ')})`

const refusal = (schema: Schema, sentence: string): MillraceError =>
  new MillraceError('LOG_SCHEMA', `the block of ${schema.name} ${sentence}`)
