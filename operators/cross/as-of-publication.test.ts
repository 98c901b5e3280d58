import { describe, expect, it } from 'vitest'
import { pipeline } from '../../engine/flow/pipeline.ts'
import { ALL_KEYS } from '../../engine/market/account.ts'
import type { Topic } from '../../engine/market/topic.ts'
import { trades } from '../../engine/market/topics.ts'
import { trade } from '../../engine/market/trade.ts'
import type { Micros } from '../../engine/market/units.ts'
import { chanceOf } from '../../engine/testing/operator/market.ts'
import { running } from '../../engine/testing/operator/running.ts'
import type { Row } from '../../engine/testing/operator/tape.ts'
import { run } from '../../engine/testing/run-kernel.ts'
import { asOfPublication, asOfPublicationStep, type Publication } from './as-of-publication.ts'

const topic: Topic<Publication> = { name: 'publications', schema: { id: 9_901, name: 'publication', fields: [] } }

const published = (period: number, publishedAt: number, value: number, at = 0): Publication => ({
  at: at as Micros,
  period: period as Micros,
  publishedAt: publishedAt as Micros,
  value,
})

const valuesAt = (times: readonly number[], publications: readonly Publication[], maxAgeMs = 1_000): string[] =>
  run(
    asOfPublicationStep(topic, { maxAgeMs }),
    times.map(at => ({ at: at as Micros })),
    { publications },
  ).map(({ at, right }) => `${right.value} at ${at}`)

describe('asOfPublication', () => {
  it('shows no value before it was published, however early it was heard', () => {
    expect(valuesAt([9, 10, 19, 20], [published(1, 10, 1.5), published(2, 20, 2.5)])).toEqual([
      '1.5 at 10',
      '1.5 at 19',
      '2.5 at 20',
    ])
  })

  it('takes a revision when it is out, and the later period whichever came last', () => {
    const first = published(1, 10, 1)
    expect(valuesAt([10, 20, 30], [first, published(1, 20, 1.1), published(2, 30, 2)])).toEqual([
      '1 at 10',
      '1.1 at 20',
      '2 at 30',
    ])
    expect(valuesAt([30, 40], [published(2, 30, 2), published(1, 40, 1.2)])).toEqual(['2 at 30', '2 at 40'])
  })

  it('gives nothing for a late input, nor once the publication is too old', () => {
    expect(valuesAt([10, 9, 1_010, 1_011], [published(1, 10, 1)], 1)).toEqual(['1 at 10', '1 at 1010'])
  })

  it('goes on hearing while no input comes', () => {
    const years = Array.from({ length: 200 }, (_, i) => published(10 * i, 10 * i + 5, i, 10 * i))
    expect(valuesAt([1_994, 1_995], years)).toEqual(['198 at 1994', '199 at 1995'])
  })

  it('is what a search through the whole table finds', () => {
    const chance = chanceOf(5)
    const table = Array.from({ length: 60 }, (_, i) => {
      const period = Math.floor(chance() * 500)
      return published(period, period + Math.floor(chance() * 400), i)
    })
    const times = Array.from({ length: 900 }, (_, at) => at)
    const found = times.flatMap(at => {
      const out = table.filter(({ publishedAt }) => publishedAt <= at)
      const period = Math.max(...out.map(row => row.period))
      const last = out.filter(row => row.period === period).sort((a, b) => a.publishedAt - b.publishedAt)
      return last.length > 0 ? [`${last.at(-1)!.value} at ${at}`] : []
    })
    expect(valuesAt(times, table)).toEqual(found)
  })

  it.each(['fused', 'plain'] as const)('hears a series that is for all keys, in a %s graph', mode => {
    const graph = pipeline({
      name: 'informed',
      reads: { trades, macro: topic },
      graph: ({ trades, macro }) => trades.pipe(asOfPublication(macro, { maxAgeMs: 1_000 })),
    }).build()
    const informed = running(graph, mode)
    const traded = (at: number, key: string) =>
      informed.feed({ topic: 'trades', key, record: { ...trade({ at, price: 1, size: 1 }) } as unknown as Row })
    traded(1, 'A')
    const macro = { ...published(0, 5, 3.1, 2) } as unknown as Row
    informed.feed({ topic: 'publications', key: ALL_KEYS, record: macro })
    for (const at of [4, 5]) for (const key of ['A', 'B']) traded(at, key)
    expect(informed.outputs).toMatchObject([
      { key: 'A', value: { at: 5, right: { value: 3.1 } } },
      { key: 'B', value: { at: 5, right: { value: 3.1 } } },
    ])
  })

  it('refuses an age that is none, and more that wait than it holds', () => {
    expect(() => asOfPublicationStep(topic, { maxAgeMs: 0 })).toThrow('maxAgeMs is positive, found 0')
    const many = Array.from({ length: 65 }, (_, i) => published(i, 100 + i, i))
    expect(() => valuesAt([1], many)).toThrow('at most 64 publications wait')
  })
})
