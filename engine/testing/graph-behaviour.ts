import type { Behaviour } from '../actor/behaviour.ts'
import type { Pipeline } from '../flow/pipeline.ts'
import type { Output } from '../log/port.ts'
import type { Schema } from '../market/topic.ts'
import { stream } from '../run/stream.ts'

/** What a {@link graphBehaviour} writes. */
export const scores: Schema = { id: 9020, name: 'score', fields: [{ name: 'value', type: 'f64', unit: 'any' }] }

/** A pipeline of numbers as the behaviour of an actor: each value is a row of the output topic. */
export const graphBehaviour = (pipeline: Pipeline<number>, output: Omit<Output, 'block'>): Behaviour =>
  stream({ pipeline, output: { ...output, schema: scores } })
