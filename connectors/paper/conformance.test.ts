import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bar } from '../../engine/market/bar.ts'
import { currency } from '../../engine/market/cash.ts'
import type { Financing } from '../../engine/market/financing.ts'
import { type Instrument, instrument } from '../../engine/market/instrument.ts'
import { type Order, type OrderUpdate, PLAIN } from '../../engine/market/order.ts'
import { quote } from '../../engine/market/quote.ts'
import { trade } from '../../engine/market/trade.ts'
import { type Micros, minor } from '../../engine/market/units.ts'
import type { Answer } from '../../engine/run/venue.ts'
import { type PaperVenueOptions, paperVenue } from './venue.ts'

/** What a venue does by its rules: prices in ticks, sizes in lots; each buy has its mirror image, a sell. */
interface Scenario {
  readonly name: string
  /** The rule that it follows from. */
  readonly reason: string
  readonly options: Partial<PaperVenueOptions>
  /** Gold in dollars, unless it is about several; the first is what is dealt in, and accounts are told. */
  readonly instruments?: readonly (Pick<Instrument, 'id' | 'quoteCurrency'> & Partial<Instrument>)[]
  readonly steps: readonly Step[]
  /**
   * 'at fill id [leg] lots@price [fee]', 'at state id lotsLeft: reason', 'at funding amount', 'at account balance';
   * last the band, if any.
   */
  readonly expect: readonly string[]
}

/** Of the instrument that is dealt in, or `of` another. */
type Step = { readonly of?: string } & Event

type Event =
  | { readonly at: number; readonly trade: number; readonly size: number; readonly side?: string }
  | ({ readonly at: number; readonly start: number; readonly size: number } & Record<
      'open' | 'high' | 'low' | 'close',
      number
    >)
  | { readonly at: number; readonly bid: number; readonly ask: number; readonly size: number }
  | { readonly at: number; readonly financing: Financing['type']; readonly long: number; readonly short: number }
  | { readonly at: number; readonly order: Partial<Order> }

const folder = new URL('conformance/', import.meta.url)
const sets = readdirSync(folder).map(file => ({
  file,
  scenarios: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Scenario[],
}))

const steps = { venue: 'paper', tickSize: '0.01', lotSize: '1', decimals: 2 }
const gold = { id: 'XAUUSD', quoteCurrency: 'USD' }

function play({ options, instruments, steps: story }: Scenario): string[] {
  const heard: string[] = []
  const hear = (answer: Answer): void => {
    if (answer.type === 'account') {
      if (instruments) heard.push(`${answer.value.at} account ${answer.value.balance}`)
      return
    }
    if (answer.type === 'payment') {
      const { at, reason, amount } = answer.value
      heard.push(`${at} ${reason} ${amount}`)
      return
    }
    const { at, orderId } = answer.value
    if (answer.type === 'fill') {
      const { leg, lots, price, fee } = answer.value
      const which = leg === undefined ? '' : `${leg} `
      heard.push(`${at} fill ${orderId} ${which}${lots}@${price}${fee === 0 ? '' : ` fee ${fee}`}`)
    } else heard.push(`${at} ${answer.value.state} ${orderId} ${answer.value.lotsLeft}${because(answer.value)}`)
  }
  const venue = paperVenue({ latencyUs: 0, startBalance: minor(10_000), currency: currency('USD', 2), ...options })
  const defined = (instruments ?? [gold]).map(fields => instrument({ ...steps, ...fields }))
  for (const one of defined) venue.define(one)
  for (const step of story) {
    const at = step.at as Micros
    const { of: id = defined[0]!.id } = step
    if ('order' in step) {
      venue.submit({ ...PLAIN, limit: 0, ...step.order, at, instrument: id } as Order, at, hear)
    } else if ('financing' in step) {
      const { financing: type, long: longRate, short: shortRate } = step
      venue.onFinancing(id, { at, type, longRate, shortRate }, hear)
    } else if ('trade' in step) {
      venue.onTrade(id, trade({ ...step, price: step.trade / 100 }), hear)
    } else if ('start' in step) {
      const [open, high, low, close] = [step.open, step.high, step.low, step.close].map(price => price / 100)
      const prices = { open: open!, high: high!, low: low!, close: close! }
      venue.onBar(id, bar({ at, start: step.start, ...prices, volume: step.size, count: 1 }), hear)
    } else {
      const { bid, ask, size } = step
      venue.onQuote(id, quote({ at, bid: bid / 100, ask: ask / 100, bidSize: size, askSize: size }), hear)
    }
  }
  const { pessimistic, optimistic } = venue.counts()
  if (pessimistic || optimistic) heard.push(`band ${pessimistic} to ${optimistic}`)
  return heard
}

const because = ({ reason }: OrderUpdate): string => (reason === '' ? '' : `: ${reason}`)

describe.each(sets)('$file', ({ scenarios }) => {
  test.each(scenarios)('$name', scenario => {
    expect(play(scenario), scenario.reason).toEqual(scenario.expect)
  })
})

test('the set is as large as it is said to be', () => {
  expect(sets.reduce((sum, { scenarios }) => sum + scenarios.length, 0)).toBeGreaterThanOrEqual(120)
})

const MADE = '<!-- From here on made from conformance/*.json: npm test -- connectors/paper/conformance -u -->'

test('FILLS.md shows every rule with its scenarios', async () => {
  const page = new URL('FILLS.md', import.meta.url)
  const [rules] = readFileSync(page, 'utf8').split(MADE)
  await expect([`${rules}${MADE}\n`, ...sets.map(chapter)].join('\n')).toMatchFileSnapshot(page.pathname)
})

/** A row for each pair: the sell is the mirror image of the buy. */
const chapter = ({ file, scenarios }: (typeof sets)[number]): string => {
  const buys = scenarios.filter(({ name }) => name.startsWith('buy: '))
  const rows = buys.map(({ name, reason, options, instruments = [], steps, expect: answers }) => [
    `${reason}<br>_${name.slice('buy: '.length)}_`,
    [
      ...Object.entries(options).map(([option, value]) => `\`${option}: ${JSON.stringify(value)}\``),
      ...instruments.map(terms),
      ...steps.map(step => (step.of === undefined ? told(step) : `${step.of} ${told(step)}`)),
    ],
    answers,
  ])
  const lines = rows.map(cells => `| ${cells.map(cell => [cell].flat().join('<br>')).join(' | ')} |`)
  const title = `## ${file.replace('.json', '')}, ${scenarios.length} scenarios`
  return [title, '', '| rule | orders and market | answers |', '| --- | --- | --- |', ...lines, ''].join('\n')
}

const terms = ({ id, quoteCurrency, takerFeeBps, makerFeeBps }: NonNullable<Scenario['instruments']>[number]): string =>
  [
    `${id} in ${quoteCurrency}`,
    takerFeeBps === undefined ? '' : `, taker ${takerFeeBps} bps`,
    makerFeeBps === undefined ? '' : `, maker ${makerFeeBps} bps`,
  ].join('')

const told = (step: Event): string => {
  if ('financing' in step) return `${step.at} ${step.financing}, long ${step.long}, short ${step.short}`
  if ('trade' in step) return `${step.at} trade ${step.trade} x ${step.size}${step.side ? `, ${step.side}` : ''}`
  if ('start' in step) {
    const { start, at, open, high, low, close, size } = step
    return `${start}-${at} bar ${open} ${high} ${low} ${close}${size > 0 ? ` x ${size}` : ''}`
  }
  if (!('order' in step)) return `${step.at} ${step.bid}/${step.ask}${step.size > 0 ? ` x ${step.size}` : ''}`
  const { id, type, side, lots, limit, timeInForce, ...conditions } = step.order
  const more = Object.entries(conditions).map(([name, value]) => `${name} ${value}`)
  const life = type === 'cancel' || type === 'amend' ? '' : (timeInForce ?? '')
  const plain = [`${side} ${type}`, lots ? `${lots} lots` : '', limit ? `limit ${limit}` : '', life]
  return `${step.at} **${id}** ${[...plain, ...more].filter(text => text !== '').join(', ')}`
}
