import { from } from 'rxjs/internal/observable/from'
import { describe, expect, it } from 'vitest'
import { type AnyOperator, flow, through } from '../flow/flow.ts'
import type { Pipeline, Strategy } from '../flow/pipeline.ts'
import { decodeState, encodeState } from '../flow/state.ts'
import type { Intent, Side } from '../market/order.ts'
import { fills } from '../market/topics.ts'
import { type Mode, type Output, outputsOf, type Running, running } from './operator/running.ts'
import type { Arrival, Row } from './operator/tape.ts'
import { expectPrefixes, holesIn } from './operator-contract.ts'

/**
 * What every strategy must do; called for each of them, found through the index, with a tape on which it trades, both
 * ways unless it is told otherwise.
 *
 * Fills come back ahead of the next row: a position that is not up to date would show in the next intent.
 */
export const strategyContract = (
  strategy: Strategy,
  tape: readonly Arrival[],
  sides: readonly Side[] = ['buy', 'sell'],
): void => {
  const { name } = strategy
  const pipeline = strategy.build()

  describe(`strategy contract: ${name}`, () => {
    it(`trades with its defaults: ${sides.join(' and ')}`, () => {
      const found = traded(pipeline, tape, 'fused').map(({ value }) => (value as Intent).side)
      expect(new Set(found)).toEqual(new Set(sides))
    })

    it('fused and plain give the same intents, and none has a hole', () => {
      const fused = traded(pipeline, tape, 'fused')
      expect(traded(pipeline, tape, 'plain')).toEqual(fused)
      for (const { value } of fused) expect(holesIn(value)).toEqual([])
    })

    it('plain RxJS gives the same values, up to the first operator with ears', () => {
      const deaf = upToEars(pipeline)
      const inputs = tape.filter(({ topic }) => topic === pipeline.reads[0]!.name)
      const values: unknown[] = []
      const records = from(inputs.map(({ record }) => record))
      through(records, deaf.out.operators).subscribe(value => values.push(structuredClone(value)))
      expect(values).toEqual(outputsOf(deaf, inputs).map(({ value }) => value))
      expect(values.length).toBeGreaterThan(0)
    })

    it('saved and restored at every cut, it goes on as if nothing had happened', () => {
      expect(tradedMoving(pipeline, tape)).toEqual(traded(pipeline, tape, 'fused'))
    })

    it('the future cannot change the past', () => {
      expectPrefixes(cut => traded(pipeline, cut, 'fused'), tape)
    })
  })
}

/** What is ordered over a tape, with each order filled ahead of the next arrival. */
const traded = (pipeline: Pipeline, tape: readonly Arrival[], mode: Mode): readonly Output[] => {
  const run = running(pipeline, mode)
  let done = 0
  for (const arrival of tape) {
    for (const output of run.outputs.slice(done)) run.feed(fillOf(output, arrival.record))
    done = run.outputs.length
    run.feed(arrival)
  }
  return run.outputs
}

/** The same, carried on in another graph after every arrival: a fused and a plain one in turn. */
const tradedMoving = (pipeline: Pipeline, tape: readonly Arrival[]): readonly Output[] => {
  let [here, there]: [Running, Running] = [running(pipeline, 'fused'), running(pipeline, 'plain')]
  let waiting: readonly Output[] = []
  return tape.flatMap(arrival => {
    for (const output of waiting) here.feed(fillOf(output, arrival.record))
    here.feed(arrival)
    waiting = here.outputs.splice(0)
    there.graph.restore(decodeState(encodeState(here.graph.snapshot())) as never)
    ;[here, there] = [there, here]
    return waiting
  })
}

const fillOf = ({ key, value }: Output, { at }: Row): Arrival => {
  const { side, lots } = value as Intent
  const record = { at, orderId: 'o', side, lots, price: 1, fee: 0, quoteAgeUs: 0 }
  return { topic: fills.name, key, record }
}

const upToEars = (pipeline: Pipeline): Pipeline => {
  const { origin, operators } = pipeline.out
  const first = operators.findIndex(hasEars)
  return { ...pipeline, out: flow(origin, first < 0 ? operators : operators.slice(0, first)) }
}

const hasEars = ({ part }: AnyOperator): boolean => part.type === 'kernel' && part.kernel.hears !== undefined
