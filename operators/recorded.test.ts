import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Columns, compile, type Graph } from '../engine/flow/graph.ts'
import { encodeState } from '../engine/flow/state.ts'
import { indexed } from '../engine/testing/operator/indexed.ts'
import { saidAt } from '../engine/testing/operator/market.ts'
import { alone } from '../engine/testing/operator/running.ts'
import { earsOf, type Row, type Subject, topicOf } from '../engine/testing/operator/tape.ts'
import { hasRecorded, type Kind, recorded, recordedOrNot } from './recorded.ts'

const subjects = await indexed(import.meta.dirname)

/** Which rows have the fields that an operator reads. Changes of a book want one to change: null. */
const kindOf = (subject: Subject): Kind | null => {
  const fields = topicOf(subject).schema.fields.map(({ name }) => name)
  if (fields.includes('previous')) return null
  if (fields.includes('isFinal')) return 'books'
  if (fields.includes('side')) return 'trades'
  return fields.some(name => ['value', 'bid', 'ask', 'bidSize', 'askSize'].includes(name)) ? 'quotes' : 'bars'
}

/** Said to it now and then: an account, an instrument, fills. */
const tell = (graph: Graph, subject: Subject, at: number): void => {
  for (const topic of earsOf(subject)) {
    const record = saidAt(topic, { at, lots: 1, side: 'buy' })
    if (record) graph.push(topic, 'A', record as Row)
  }
}

interface Passed {
  readonly values: number
  readonly digest: string
  /** Bytes of a snapshot after a quarter of the rows, and after all. */
  readonly quarter: number
  readonly end: number
}

const PIECE = 4096

type Range = readonly [least: number, most: number]

const anyNumber: Range = [-Infinity, Infinity]

/** What the manual says of a number that comes out: 'number, 0..100'. Rounding may go beyond it by a last digit. */
const rangeOf = (path: string): Range => {
  const [, least, most] =
    / \* Out {5}number, (-?[\d.]+)\.\.(-?[\d.]+)/.exec(readFileSync(join(import.meta.dirname, path), 'utf8')) ?? []
  return most === undefined ? anyNumber : [Number(least) - 1e-9, Number(most) + 1e-9]
}

/** All rows through the operator. Throws on the first number that is none, or that is out of range. */
const pass = (subject: Subject, rows: Columns, [least, most]: Range): Passed => {
  const hash = createHash('sha256')
  const numbers = new Float64Array(1024)
  let [values, kept] = [0, 0]
  const keep = (value: unknown): void => {
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) throw new RangeError(`value ${values} is ${value}`)
      numbers[kept++] = value
      if (kept === numbers.length) flush()
    } else if (typeof value === 'object' && value !== null) for (const name in value) keep(value[name as never])
    else hash.update(String(value))
  }
  const flush = (): void => {
    hash.update(new Uint8Array(numbers.buffer, 0, 8 * kept))
    kept = 0
  }
  const output = (value: unknown): void => {
    values += 1
    if (typeof value === 'number' && (value < least || value > most))
      throw new RangeError(`value ${values} is ${value}`)
    keep(value)
  }
  const graph = compile(alone(subject), { output })
  const size = (): number => encodeState(graph.snapshot()).length
  let quarter = 0
  for (let from = 0; from < rows.at.length; from += PIECE) {
    tell(graph, subject, rows.at[from]!)
    graph.drive(rows, from, Math.min(from + PIECE, rows.at.length))
    if (quarter === 0 && from + PIECE >= rows.at.length / 4) quarter = size()
  }
  flush()
  return { values, digest: hash.digest('hex').slice(0, 32), quarter, end: size() }
}

/** Who counts the ticks of prices that no order can have, those of 'odd: toobig'. */
const counting: readonly string[] = [
  'routing/limit-order.ts',
  'sizing/allocate.ts',
  'sizing/kelly-size.ts',
  'sizing/risk-size.ts',
  'sizing/stop-size.ts',
  'sizing/volatility-target.ts',
]

describe.runIf(hasRecorded)(`every operator over ${recordedOrNot}`, () => {
  const all = [...subjects].flatMap(([path, subject]) => {
    const kind = kindOf(subject)
    return kind === null ? [] : [{ path, subject, kind }]
  })

  describe.each(Object.entries(recorded))('%s', (name, { kinds, load }) => {
    let market: ReturnType<typeof load> = {}
    beforeAll(() => {
      market = load()
    })
    afterAll(() => {
      market = {}
    })

    it.each(all.filter(({ kind }) => kinds.includes(kind)))('$path', ({ path, subject, kind }) => {
      // Among the bad bars are some that close above their high.
      const work = (): Passed => pass(subject, market[kind]!, name === 'odd: bad' ? anyNumber : rangeOf(path))
      if (name === 'odd: toobig' && counting.includes(path))
        return expect(work).toThrow('expected a number whose steps count below 2^53')
      const { values, digest, quarter, end } = work()
      expect(end, 'bytes of state').toBeLessThanOrEqual(1.1 * quarter)
      expect(`${values} values, ${digest}`).toMatchSnapshot()
    })
  })
})
