import { from } from 'rxjs/internal/observable/from'
import type { AnyOperator } from '../../flow/flow.ts'
import { type Columns, compile, type Graph } from '../../flow/graph.ts'
import type { Operator } from '../../flow/lift.ts'
import { map } from '../../flow/map.ts'
import { type Pipeline, pipeline } from '../../flow/pipeline.ts'
import { decodeState, encodeState } from '../../flow/state.ts'
import { type Arrival, CLOCK, inputsOf, isNumeric, type Row, type Subject, topicOf } from './tape.ts'

/** A value that came out: of which key, and at which event time. */
export interface Output {
  readonly key: string
  readonly at: number
  readonly value: unknown
}

export type Mode = 'fused' | 'plain'

/** A graph that is fed by hand, and what came out of it so far. */
export interface Running {
  readonly graph: Graph
  readonly outputs: Output[]
  feed(arrival: Arrival): void
}

export const running = (pipeline: Pipeline, mode: Mode): Running => {
  const outputs: Output[] = []
  const graph = compile(pipeline, {
    mode,
    output: (value, { name }) => outputs.push({ key: name, at: graph.time[0]!, value: structuredClone(value) }),
  })
  return {
    graph,
    outputs,
    feed({ topic, key, record }) {
      if (topic === CLOCK) graph.tick(record.at)
      else graph.push(topic, key, record)
    },
  }
}

/** The operator alone in a pipeline. */
export const alone = (subject: Subject): Pipeline =>
  pipeline({
    name: 'contract',
    reads: { tape: topicOf(subject) },
    graph: ({ tape }) => {
      const operator = subject.operator as AnyOperator as Operator<unknown, unknown>
      return isNumeric(subject) ? tape.pipe(values(), operator) : tape.pipe(operator)
    },
  }).build()

const values = () => map<Row, unknown>('contract-input', row => row.value)

/** What comes out for a tape. */
export const outputsOf = (pipeline: Pipeline, tape: readonly Arrival[], mode: Mode = 'fused'): readonly Output[] => {
  const run = running(pipeline, mode)
  for (const arrival of tape) run.feed(arrival)
  return run.outputs
}

/** As `outputsOf`, but saved after every arrival and carried on in another graph: a fused and a plain one in turn. */
export const movingOutputsOf = (pipeline: Pipeline, tape: readonly Arrival[]): readonly Output[] => {
  let [here, there] = [running(pipeline, 'fused'), running(pipeline, 'plain')]
  return tape.flatMap(arrival => {
    here.feed(arrival)
    const outputs = here.outputs.splice(0)
    there.graph.restore(decodeState(encodeState(here.graph.snapshot())) as never)
    ;[here, there] = [there, here]
    return outputs
  })
}

/** What comes out of plain RxJS for the inputs of a tape: no ears, no clock records. */
export const rxValuesOf = (subject: Subject, tape: readonly Arrival[]): readonly unknown[] => {
  const outputs: unknown[] = []
  let failure: unknown
  const records = from(inputsOf(tape).map(({ record }) => record))
  const inputs = isNumeric(subject) ? values()(records) : records
  subject.operator(inputs as never).subscribe({
    next: value => outputs.push(structuredClone(value)),
    error: error => {
      failure = error
    },
  })
  if (failure !== undefined) throw failure
  return outputs
}

/** The inputs of a tape as one block. */
export const blockOf = (subject: Subject, inputs: readonly Arrival[]): Columns => {
  const keys = [...new Set(inputs.map(({ key }) => key))]
  const column = (name: string): ArrayLike<unknown> => inputs.map(({ record }) => record[name])
  return {
    at: Float64Array.from(inputs, ({ record }) => record.at),
    key: Uint16Array.from(inputs, ({ key }) => keys.indexOf(key)),
    keys,
    columns: Object.fromEntries(topicOf(subject).schema.fields.map(({ name }) => [name, column(name)])),
  }
}
