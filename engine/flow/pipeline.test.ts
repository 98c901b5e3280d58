import { describe, expect, it } from 'vitest'
import { mid } from '../../operators/book/mid.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { quotes } from '../market/topics.ts'
import { compile } from './graph.ts'
import { map } from './map.ts'
import { type Params, pipeline } from './pipeline.ts'

const means = pipeline({
  name: 'means',
  reads: { quotes },
  params: { length: 3, side: 'bid', isLoud: false },
  graph: ({ quotes }, { length }) => quotes.pipe(mid(), sma({ length })),
})

describe('a pipeline', () => {
  it('is data: what it reads, its parameters, its operators', () => {
    const built = means.build({ length: 5, isLoud: true })
    expect(means.params).toEqual({ length: 3, side: 'bid', isLoud: false })
    expect([built.name, built.params, built.reads]).toEqual([
      'means',
      { length: 5, side: 'bid', isLoud: true },
      [quotes],
    ])
    expect(built.out.operators.map(({ part }) => part.id)).toEqual(['mid', 'sma'])
    expect(means.build().params.length).toBe(3)
  })

  it.each([
    [{ lenght: 5 }, "means has no parameter 'lenght'; it has: length, side, isLoud"],
    [{ toString: 5 }, "means has no parameter 'toString'"],
    [{ length: '5' }, "means: parameter 'length' is a number, found '5'"],
    [{ length: Number.NaN }, "means: parameter 'length' is a number, found 'NaN'"],
    [{ length: Infinity }, "means: parameter 'length' is a number, found 'Infinity'"],
    [{ isLoud: 1 }, "means: parameter 'isLoud' is a boolean, found '1'"],
    [{ side: true }, "means: parameter 'side' is a string, found 'true'"],
  ])('refuses the parameters %j', (params, sentence) => {
    const refusal = expect.objectContaining({ code: 'FLOW_PARAM', message: expect.stringContaining(sentence) })
    expect(() => means.build(params as Params)).toThrow(refusal)
  })

  it('says so when it has no parameters', () => {
    const plain = pipeline({ name: 'plain', reads: { quotes }, graph: ({ quotes }) => quotes.pipe(mid()) })
    expect(() => plain.build({ length: 1 })).toThrow("plain has no parameter 'length'; it has: none")
  })

  it('leaves the range of a parameter to its operator', () => {
    expect(() => means.build({ length: 0 })).toThrow('sma: length is an integer of at least 1, found 0')
  })

  it('names the instruments that it cannot do without', () => {
    const names = { name: 'pair', reads: { quotes }, params: { first: 'A', second: 'B' } }
    const pair = pipeline({
      ...names,
      instruments: ({ first, second }) => [first, second],
      graph: ({ quotes }) => quotes.pipe(mid()),
    })
    expect([pair.build({ first: 'C' }).instruments, means.build().instruments]).toEqual([['C', 'B'], []])
  })

  it.each([
    ['nothing', () => undefined],
    ['a string', () => 'buy'],
  ])('refuses a graph that gives back %s', (found, graph) => {
    const plain = pipeline({ name: 'plain', reads: { quotes }, graph: graph as never })
    const message = `the graph of plain gives back ${found}; expected: a flow`
    expect(() => plain.build()).toThrow(expect.objectContaining({ code: 'FLOW_GRAPH', message }))
  })

  it('has a name that fits everywhere', () => {
    const named = (name: string) => () => pipeline({ name, reads: { quotes }, graph: ({ quotes }) => quotes })
    for (const name of ['', 'Means', 'a b', '1st', 'a/b']) expect(named(name)).toThrow(`found '${name}'`)
  })

  it('begins at a topic, not inside a together', () => {
    const inside = { ...means.build(), out: { ...means.build().out, origin: { type: 'entry' as const } } }
    expect(() => compile(inside, { output: () => undefined })).toThrow('means: a graph begins at a topic it reads')
  })

  it('branches: a flow is never changed by what is piped from it', () => {
    const { out } = means.build()
    const longer = out.pipe(map('more', (x: number) => x))
    expect([out.operators.length, longer.operators.length]).toEqual([2, 3])
  })
})
