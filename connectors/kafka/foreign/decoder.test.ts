import { describe, expect, it } from 'vitest'
import { instrumentFor } from '../../../engine/market/definitions.ts'
import { type Decoder, parseDecoder } from './decoder.ts'
import { planOf } from './plan.ts'

const refusal = (sentence: string): unknown =>
  expect.objectContaining({ code: 'KAFKA_DECODER', message: expect.stringContaining(sentence) })

describe('a decoder at the command line', () => {
  it('names the format, the fields and what else is to be known', () => {
    expect(parseDecoder('json:at=ts,key=symbol,bid=b,ask=a,unit=ms')).toEqual({
      format: 'json',
      fields: { at: 'ts', key: 'symbol', bid: 'b', ask: 'a' },
      unit: 'ms',
    })
    const all = 'avro: at = data.T, price=data.p, instrument=BTCUSDT, unit=text, zone=UTC-5, kind=trades, maxBytes=2048'
    expect(parseDecoder(all)).toEqual({
      format: 'avro',
      fields: { at: 'data.T', price: 'data.p' },
      ...{ instrument: 'BTCUSDT', unit: 'text', zone: 'UTC-5', kind: 'trades', maxBytes: 2048 },
    })
    const policy = 'msgpack:at=$timestamp,key=$key,bid=b,ask=a,crossed=refuse,locked=accept'
    expect(parseDecoder(policy)).toMatchObject({ crossed: 'refuse', locked: 'accept' })
  })

  it.each([
    ['csv:at=0', "format 'csv', expected json, msgpack, avro"],
    ['json', "'json', expected name=value"],
    ['json:at', "'at', expected name=value"],
    ['json:at=', "'at=', expected name=value"],
    ['json:at=ts,unit=days', "unit 'days', expected s, ms, us, ns, text"],
    ['json:at=ts,crossed=mark', "crossed 'mark', expected accept, refuse"],
    ['json:at=ts,maxBytes=1k', "maxBytes '1k', expected a number of bytes"],
    ['json:at=ts,symbol=s', "'symbol', expected at, key, bid"],
  ])('refuses %s', (text, sentence) => {
    expect(() => parseDecoder(text)).toThrow(refusal(`decoder '${text}': found ${sentence}`) as Error)
  })
})

describe('a declaration', () => {
  const quotes: Decoder = { format: 'json', fields: { at: 'ts', key: 's', bid: 'b', ask: 'a' }, unit: 'ms' }

  it('says by its fields what a row is', () => {
    expect(planOf(quotes)).toMatchObject({ kind: 'quotes', slots: { at: 0, key: 1, bid: 2, ask: 3, price: -1 } })
    const { unit, ...trades } = { ...quotes, fields: { at: '$timestamp', key: '$key', price: 'p' } }
    expect(planOf(trades)).toMatchObject({ kind: 'trades', slots: { at: -1, key: -1, price: 0 }, needed: [0] })
    const fields = { at: 'T', start: 't', key: 's', open: 'k.o', high: 'k.h', low: 'k.l', close: 'k.c', volume: 'k.v' }
    expect(planOf({ ...quotes, fields })).toMatchObject({ kind: 'bars', nodes: 10 })
  })

  it.each<[string, Partial<Decoder>, string]>([
    ['a column is missing', { fields: { at: 'ts', key: 's', bid: 'b' } }, 'quotes also need ask'],
    ['nothing but a key', { fields: { key: 's' } }, 'trades also need at and price'],
    ['a column of another kind', { fields: { ...quotes.fields, close: 'c' } }, 'quotes have no close'],
    ['no key', { fields: { at: 'ts', bid: 'b', ask: 'a' } }, 'either a field is the key, or an instrument is named'],
    ['two keys', { instrument: 'EURUSD' }, 'either a field is the key, or an instrument is named'],
    ['one path twice', { fields: { ...quotes.fields, ask: 'b' } }, "ask is not the only one that reads 'b'"],
    ['a path in a path', { fields: { ...quotes.fields, ask: 'b.x' } }, "ask lies inside of another field: 'b.x'"],
    ['a path over a path', { fields: { ...quotes.fields, bid: 'a.x' } }, "ask is not the only one that reads 'a'"],
    ['a hole in a path', { fields: { ...quotes.fields, ask: 'a..x' } }, "ask cannot be 'a..x'"],
    ['the key of the record as a price', { fields: { ...quotes.fields, ask: '$key' } }, "ask cannot be '$key'"],
    [
      'an unknown one',
      { fields: { at: 'ts', bid: 'b', ask: 'a' }, instrument: 'X', instruments: [instrumentFor('EURUSD')] },
      "'X' is none",
    ],
    ['no instrument', { instruments: [] }, '0 instruments are defined, expected 1 to 4096'],
  ])('is refused: %s', (_what, change, sentence) => {
    expect(() => planOf({ ...quotes, ...change })).toThrow(refusal(sentence) as Error)
  })

  it('needs the unit of its stamps, but not of those of the broker', () => {
    const { unit, ...without } = quotes
    expect(() => planOf(without)).toThrow('the unit of the stamps is missing')
    const defined = { instrument: 'EURUSD', instruments: [instrumentFor('EURUSD')] }
    expect(planOf({ ...without, ...defined, fields: { at: '$timestamp', bid: 'b', ask: 'a' } }).kind).toBe('quotes')
  })
})
