import { describe, expect, it } from 'vitest'
import type { Rules } from '../../connectors/paper/rules.ts'
import { paperVenue } from '../../connectors/paper/venue.ts'
import { close } from '../../operators/bars/close.ts'
import { mid } from '../../operators/book/mid.ts'
import { marketOrder } from '../../operators/routing/market-order.ts'
import { fixedSize } from '../../operators/sizing/fixed-size.ts'
import { riskSize } from '../../operators/sizing/risk-size.ts'
import { MillraceError } from '../errors.ts'
import type { Expander, Kernel } from '../flow/kernel.ts'
import { keyBy } from '../flow/key-by.ts'
import { lift } from '../flow/lift.ts'
import { map } from '../flow/map.ts'
import { type Strategy, strategy } from '../flow/pipeline.ts'
import { blockOf, type Row } from '../log/build.ts'
import { memoryLog } from '../log/memory.ts'
import type { Log } from '../log/port.ts'
import { currency } from '../market/cash.ts'
import { termsOf } from '../market/decimal.ts'
import { instrumentFor } from '../market/definitions.ts'
import { financings, funding } from '../market/financing.ts'
import { type Instrument, instrument } from '../market/instrument.ts'
import type { Signal } from '../market/target.ts'
import type { Schema } from '../market/topic.ts'
import { bars, clock, instruments, intents, quotes, trades } from '../market/topics.ts'
import { type Lots, minor } from '../market/units.ts'
import { systemClock } from '../time/clock.ts'
import { committedRun } from './committed.ts'
import { type Digests, taskOf } from './digests.ts'
import { bookFill, bookPayment, ledger as emptyLedger } from './ledger.ts'
import { type ReplayOptions, replayRun, rowsOf } from './replay.ts'
import { type RunEnd, type RunOptions, runStrategy } from './run-strategy.ts'
import { answerOf, executions } from './topics.ts'

// Mailboxes that are not one instrument and its quotes: whatever the blocks are cut like, a run is the same run.

const BALANCE = minor(1_000_000_000)
const usd = currency('USD', 6)
const BASE = 1_400_000_000_000_000

interface Segment {
  readonly schema: Schema
  readonly rows: readonly Row[]
}

const quoteRows = (key: string, count: number, from = 0): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const bid = 1 + ((i * 7) % 13) / 1000
    return { key, at: BASE + from + i * 10, bid, ask: bid + 0.001, bidSize: 0, askSize: 0 }
  })
const defined = (...keys: string[]): Segment => ({
  schema: instruments.schema,
  rows: keys.map(key => ({ key, ...instrumentFor(key, '0.001'), at: BASE }) as unknown as Row),
})
const quoted = (rows: readonly Row[]): Segment => ({ schema: quotes.schema, rows })

const tapeOf = async (segments: readonly Segment[], cut: number): Promise<Log> => {
  const log = memoryLog()
  for (const { schema, rows } of segments) {
    for (let from = 0; from < rows.length; from += cut) {
      await log.append('tape', 0, [blockOf(schema, rows.slice(from, from + cut))])
    }
  }
  return log
}

interface Case extends Partial<RunOptions> {
  readonly fillOn?: 'next' | 'same'
  readonly fillsFrom?: 'quotes' | 'trades' | 'bars'
  readonly margin?: Rules['margin']
  readonly signal?: AbortSignal
}

const run = async (
  of: Strategy,
  tape: Log,
  { fillOn = 'next', fillsFrom = 'quotes', margin, signal, ...more }: Case = {},
) => {
  const log = more.log ?? memoryLog()
  const { startBalance = BALANCE } = more
  const deals = { fillOn, fillsFrom, startBalance, currency: usd, ...(margin && { margin }) }
  const venue = () => paperVenue({ latencyUs: 0, ...deals })
  const options: RunOptions = {
    strategy: of,
    tape: { log: tape, topic: 'tape', partition: 0 },
    log,
    venue,
    startBalance,
    clock: systemClock,
    ...more,
  }
  return { ...(await runStrategy(options, signal)), log }
}

const replay = (of: Strategy, tape: Log, log: Log, more: Partial<ReplayOptions> = {}) =>
  replayRun({
    strategy: of,
    tape: { log: tape, topic: 'tape', partition: 0 },
    log,
    startBalance: BALANCE,
    currency: usd,
    ...more,
  })

/** Turns the direction at every n-th input. */
const flip = (n: number) =>
  lift<{ seen: number; out: { direction: 1 | -1; price: number } }, unknown, Signal>({
    name: `flip(${n})`,
    warmup: 1,
    init: () => ({ seen: 0, out: { direction: 1, price: 1 } }),
    step(state) {
      state.seen += 1
      if (state.seen % n !== 0) return undefined
      state.out.direction = state.out.direction === 1 ? -1 : 1
      return state.out
    },
  } satisfies Kernel<{ seen: number; out: { direction: 1 | -1; price: number } }, unknown, Signal>)

const lots = 10 as Lots
const flipper = strategy({
  name: 'flipper',
  reads: { quotes },
  graph: ({ quotes }) => quotes.pipe(mid(), flip(2), fixedSize({ lots }), marketOrder({ timeInForce: 'IOC' })),
})

/** The same run at three cuts, cut off at every third block, and replayed: then and at the end. */
const holds = async (
  of: Strategy,
  segments: readonly Segment[],
  options: Case = {},
): Promise<RunEnd & { log: Log }> => {
  const { startBalance = BALANCE } = options
  const whole = await run(of, await tapeOf(segments, 4096), options)
  expect(whole.actor.type).toBe('finished')
  for (const cut of [7, 1]) {
    const tape = await tapeOf(segments, cut)
    expect((await run(of, tape, options)).digests).toEqual(whole.digests)
    const log = memoryLog()
    const rests: { readonly rows: number; readonly digests: Digests }[] = []
    let [end, legs]: [RunEnd | undefined, number] = [undefined, 0]
    while (end?.actor.type !== 'finished') {
      const stop = new AbortController()
      let blocks = 0
      const onProgress = (): void => {
        blocks += 1
        if (blocks > 2) stop.abort()
      }
      end = await run(of, tape, { ...options, log, onProgress, signal: stop.signal })
      const { rows, digests } = end
      // Short legs are many.
      legs += 1
      if (cut === 1 && legs % 7 > 0) continue
      rests.push({ rows, digests })
      expect(await replay(of, tape, log, { startBalance, rows })).toEqual({ rows, digests, difference: null })
      const { state: _, ...committed } = digests
      expect(await committedRun(log, taskOf(of.name, 0))).toEqual({ rows, digests: committed })
    }
    for (const noted of rests) {
      const again = await replay(of, tape, log, { startBalance, noted })
      expect(again).toMatchObject({ difference: null, noted: noted.digests })
    }
    expect(end.digests).toEqual(whole.digests)
    expect(end.ledger).toEqual(whole.ledger)
    expect(await replay(of, tape, log)).toMatchObject({ difference: null, digests: whole.digests })
  }
  return whole
}

describe('a mailbox', () => {
  it('of an instrument that is not defined, or defined later: refusals are heard before the next row', async () => {
    expect((await holds(flipper, [quoted(quoteRows('GOOG', 50))])).counts.rejects).toBeGreaterThan(10)
    const later = [
      defined('EURUSD'),
      quoted(quoteRows('GOOG', 50)),
      defined('GOOG'),
      quoted(quoteRows('GOOG', 50, 500)),
    ]
    const { counts } = await holds(flipper, later)
    // An order at every second quote: 25 are refused, and of the next 25 all but the last find a later quote.
    expect([counts.rejects, counts.fills]).toEqual([25, 24])
  })

  it('of two instruments, with fills on the quote that decided', async () => {
    const both = [...quoteRows('EURUSD', 60), ...quoteRows('GOOG', 60, 5)].sort((a, b) => a.at - b.at)
    const { counts } = await holds(flipper, [defined('EURUSD', 'GOOG'), quoted(both)], { fillOn: 'same' })
    expect(counts.fills).toBe(60)
  })

  it('with clock records on which orders leave', async () => {
    const onTick: Expander<{ out: { direction: 1 | -1; price: number } }, number, Signal> = {
      name: 'onTick',
      warmup: 1,
      init: () => ({ out: { direction: 1, price: 1 } }),
      step: () => undefined,
      tick(state, _now, emit) {
        state.out.direction = state.out.direction === 1 ? -1 : 1
        emit(state.out)
      },
    }
    const ticker = strategy({
      name: 'ticker',
      reads: { quotes },
      graph: ({ quotes }) => quotes.pipe(mid(), lift(onTick), fixedSize({ lots }), marketOrder({ timeInForce: 'IOC' })),
    })
    const ticks = Array.from({ length: 10 }, (_, i) => ({ key: '*', at: BASE + 1_000 + i * 1000 }))
    const segments = [defined('GOOG'), quoted(quoteRows('GOOG', 3)), { schema: clock.schema, rows: ticks }]
    for (const fillOn of ['next', 'same'] as const) await holds(ticker, segments, { fillOn })
    await holds(ticker, segments.slice(1))
  })

  it('of one instrument, traded in another by keyBy', async () => {
    const leg = strategy({
      name: 'leg',
      reads: { quotes },
      graph: ({ quotes }) =>
        quotes.pipe(
          keyBy(() => 'GOOG'),
          mid(),
          flip(4),
          fixedSize({ lots }),
          marketOrder({ timeInForce: 'IOC' }),
        ),
    })
    const both = [...quoteRows('EURUSD', 40), ...quoteRows('GOOG', 40, 5)].sort((a, b) => a.at - b.at)
    const { counts } = await holds(leg, [defined('EURUSD', 'GOOG'), quoted(both)])
    expect(counts.fills).toBe(counts.orders! - 1)
  })

  it('of trades that decide and quotes that fill', async () => {
    const prints = strategy({
      name: 'prints',
      reads: { trades },
      graph: ({ trades }) =>
        trades.pipe(
          map('price', trade => trade.price),
          flip(2),
          fixedSize({ lots }),
          marketOrder({ timeInForce: 'IOC' }),
        ),
    })
    const segments: Segment[] = [defined('GOOG')]
    for (const [i, quote] of quoteRows('GOOG', 20).entries()) {
      const trade = { key: 'GOOG', at: BASE + i * 10 - 5, price: 1, size: 1, side: 'buy' }
      segments.push({ schema: trades.schema, rows: [trade] }, quoted([quote]))
    }
    const { counts, actor } = await holds(prints, segments)
    expect([counts.orders, counts.fills, actor.counts.deadLetters]).toEqual([10, 10, 0])
  })

  it('of bars that decide at their close and fill at the next open', async () => {
    const closes = strategy({
      name: 'closes',
      reads: { bars },
      graph: ({ bars }) => bars.pipe(close(), flip(2), fixedSize({ lots }), marketOrder({ timeInForce: 'IOC' })),
    })
    const rows = Array.from({ length: 20 }, (_, i) => {
      const prices = { open: 10 + i, high: 15 + i, low: 5 + i, close: 12 + i, volume: 0, count: 1 }
      return { key: 'GOOG', at: BASE + 60 * (i + 1), start: BASE + 60 * i, ...prices }
    })
    const { counts, log } = await holds(closes, [defined('GOOG'), { schema: bars.schema, rows }], { fillsFrom: 'bars' })
    expect([counts.orders, counts.fills, counts.waited]).toEqual([10, 9, 0])
    const fills: unknown[] = []
    for await (const { type, at, price } of rowsOf(log, executions.name, 0)) {
      if (type === 'fill') fills.push([(Number(at) - BASE) / 60, Number(price) / 1000])
    }
    expect(fills.slice(0, 3)).toEqual([2, 4, 6].map(bar => [bar, 10 + bar]))
  })

  it('with funding between its quotes: what is held pays at its last price, in every run the same', async () => {
    const segments: Segment[] = [defined('GOOG')]
    for (const [i, quote] of quoteRows('GOOG', 40).entries()) {
      segments.push(quoted([quote]))
      if (i % 5 === 4) {
        const rate = i % 2 === 0 ? 0.001 : -0.0005
        segments.push({ schema: financings.schema, rows: [{ key: 'GOOG', ...funding({ at: quote.at, rate }) }] })
      }
    }
    const { ledger, log, ticks } = await holds(flipper, segments)
    let [paid, count, balance] = [0, 0, 0]
    for await (const row of rowsOf(log, executions.name, 0)) {
      if (row.type === 'account') balance = Number(row.balance)
      if (row.type !== 'payment') continue
      expect(row.reason).toBe('funding')
      paid += Number(row.fee)
      count += 1
    }
    expect([ledger.financing, ledger.balance, ticks, count]).toEqual([paid, balance, 40, 8])
    expect(ledger.financing).not.toBe(0)
  })

  it('of instruments that are paid in other money: by crosses quoted between, and no order without', async () => {
    const pairs = { USDJPY: 'JPY', EURGBP: 'GBP', GBPUSD: 'USD', AUDNZD: 'NZD' }
    const definitions = Object.entries(pairs).map(([id, quoteCurrency]) => {
      const steps = { tickSize: '0.001', lotSize: '1000', takerFeeBps: 0.5 }
      return { key: id, ...instrument({ id, venue: 'FX', quoteCurrency, at: BASE, ...steps }) } as unknown as Row
    })
    const rows = Object.keys(pairs).flatMap((key, i) => quoteRows(key, 60, i))
    const yen = rows.map(row => (row.key === 'USDJPY' ? { ...row, bid: 150 + Number(row.bid), ask: 151.5 } : row))
    const tape: Segment[] = [
      { schema: instruments.schema, rows: definitions },
      quoted(yen.sort((a, b) => a.at - b.at)),
      { schema: financings.schema, rows: [{ key: 'EURGBP', ...funding({ at: BASE + 600, rate: 0.001 }) }] },
    ]
    const { counts, ledger, log } = await holds(flipper, tape)
    const money: number[] = []
    const book = emptyLedger(BALANCE)
    for await (const row of rowsOf(log, executions.name, 0)) {
      const answer = answerOf(row.key, row as never)
      if (answer.type === 'account') money.push(answer.value.balance - book.balance)
      if (answer.type === 'payment') bookPayment(book, answer.value)
      if (answer.type !== 'fill') continue
      expect(answer.rates === undefined).toBe(row.key === 'GBPUSD')
      const definition = definitions.find(({ key }) => key === row.key)! as unknown as Instrument
      const { value, rates } = answer
      bookFill(book, row.key, { ...value, rates }, termsOf(definition))
    }
    expect([...new Set(money)]).toEqual([0])
    expect(ledger.balance).toBe(book.balance)
    expect([counts.rejects, counts.fills, money.length]).toEqual([30, 87, 88])

    const sized = strategy({
      name: 'sized',
      reads: { quotes },
      graph: ({ quotes }) =>
        quotes.pipe(mid(), flip(2), riskSize({ pct: 1, stopBps: 20 }), marketOrder({ timeInForce: 'IOC' })),
    })
    const risked = await holds(sized, tape)
    const entries = new Map<string, number>()
    for await (const row of rowsOf(risked.log, executions.name, 0)) {
      if (row.type === 'fill' && !entries.has(row.key)) entries.set(row.key, Number(row.lots))
    }
    // 10 of 1,000 dollars, in the money of each: 2 dollars a lot are at risk, 2 yen of 151 to the dollar, 2 pounds.
    expect(Object.fromEntries(entries)).toEqual({ USDJPY: 755, EURGBP: 4, GBPUSD: 5 })
  })

  it('on margin: the venue closes what is held, and the strategy knows what it holds', async () => {
    const margin = { GOOG: { initial: 1, maintenance: 1 } }
    const options = { margin, startBalance: minor(10_060_000) }
    const { counts, ledger, log } = await holds(flipper, [defined('GOOG'), quoted(quoteRows('GOOG', 200))], options)
    expect(counts.marginCalls).toBeGreaterThan(1)
    const [calls, refused] = [new Set<unknown>(), new Set<unknown>()]
    let held = 0
    for await (const { type, orderId, side, lots, reason } of rowsOf(log, executions.name, 0)) {
      if (String(reason).startsWith('margin: ')) refused.add(orderId)
      if (type !== 'fill') continue
      held += side === 'buy' ? Number(lots) : -Number(lots)
      if (String(orderId).startsWith('margin-call-')) calls.add(orderId)
      // Wants 10 lots of either side, and never a call's lots on top.
      expect(Math.abs(held)).toBeLessThanOrEqual(10)
    }
    expect([calls.size, ledger.holdings.get('GOOG')!.position.lots]).toEqual([counts.marginCalls, held])
    expect(refused.size).toBe(counts.rejects)
  })

  it('with a row that is passed over: the replay passes over it, too', async () => {
    const picky = strategy({
      name: 'picky',
      reads: { quotes },
      graph: ({ quotes }) =>
        quotes.pipe(
          map('refuse', quote => {
            if (quote.bid === 7) throw new MillraceError('MARKET_QUOTE', 'a bid of 7')
            return quote
          }),
          mid(),
          flip(2),
          fixedSize({ lots }),
          marketOrder({ timeInForce: 'IOC' }),
        ),
    })
    for (const at of [5, 29, 49]) {
      const rows = quoteRows('GOOG', 50).map((row, i) => (i === at ? { ...row, bid: 7, ask: 8 } : row))
      const tape = await tapeOf([defined('GOOG'), quoted(rows)], 10)
      const { log, digests, actor, rows: stepped } = await run(picky, tape)
      expect(actor).toMatchObject({ type: 'finished', counts: { deadLetters: 1 } })
      expect(await replay(picky, tape, log)).toEqual({ rows: stepped, digests, difference: null })
    }
  })

  it('with late rows: a range is a prefix, and no fill is older than what was known', async () => {
    const rows = quoteRows('GOOG', 200).map((row, i) => (i % 9 === 4 ? { ...row, at: row.at - 73 } : row))
    const tape = await tapeOf([defined('GOOG'), quoted(rows)], 16)
    const whole: Row[] = []
    const { log } = await run(flipper, tape)
    for await (const row of rowsOf(log, intents.name, 0)) whole.push(row)
    for (let to = BASE + 15; to < BASE + 2_000; to += 111) {
      const part: Row[] = []
      for await (const row of rowsOf((await run(flipper, tape, { to })).log, intents.name, 0)) part.push(row)
      expect(part).toEqual(whole.slice(0, part.length))
    }
    const decided = new Map(whole.map((row, i) => [i, row.at]))
    let i = 0
    for await (const fill of rowsOf(log, executions.name, 0)) {
      if (fill.type !== 'fill') continue
      expect(fill.at - Number(fill.quoteAgeUs)).toBeGreaterThanOrEqual(decided.get(i)!)
      i += 1
    }
    expect(i).toBeGreaterThan(50)
  })
})

it('a log that holds the run of another strategy is refused', async () => {
  const tape = await tapeOf([defined('GOOG'), quoted(quoteRows('GOOG', 20))], 10)
  const { log } = await run(flipper, tape)
  const other = { ...flipper, name: 'other', build: () => ({ ...flipper.build(), name: 'other' }) }
  await expect(run(other, tape, { log })).rejects.toMatchObject({ code: 'RUN_LOG' })
})
