import type { Bar } from '../../engine/market/bar.ts'
import { exchanged } from '../../engine/market/conversion.ts'
import { toPrice, toTicks } from '../../engine/market/decimal.ts'
import { unrealised } from '../../engine/market/position.ts'
import type { Ticks } from '../../engine/market/units.ts'
import { expire } from './arrive.ts'
import { type Desk, isBusy, type PaperState } from './desk.ts'
import { isReached, type Ladder, nextPrice } from './ladder.ts'
import { callMargin } from './margin.ts'
import type { Rules } from './rules.ts'
import { offered, ratesNow, type Scene } from './settle.ts'
import { showQuote } from './show.ts'

/**
 * A bar is shown as its way: the open, one extreme, the other, the close; between two of them the market moves through
 * every price. So a stop is filled at the open when the bar opens beyond it, and at its trigger when the bar moves
 * through it. All but the close has the time of the start: an order that comes within the bar is shown its close alone.
 * An order that ends within the bar is shown its open alone.
 *
 * Which extreme came first a bar does not tell. What the worse and the better way would have added to equity, marked at
 * the close, is summed up in `pessimistic` and `optimistic`: the run lies between.
 */
export function showBar(scene: Scene, bar: Bar): void {
  if (scene.rules.fillOn !== 'same' && !isBusy(scene.desk)) seeClose(scene, bar)
  else play(scene, bar)
  callMargin(scene)
}

function play(scene: Scene, bar: Bar): void {
  const { state, desk, rules } = scene
  const ways = waysOf(bar, rules)
  const other = isAffected(desk, bar) ? apart(scene) : undefined
  walk(scene, bar, ways[0])
  if (other === undefined) return
  walk(other, bar, ways[1])
  const more = equityOf(other) - equityOf(scene)
  if (more < 0) state.counts.pessimistic += more
  else state.counts.optimistic += more
}

/** Where no order is on its way or works, the close is all that counts. */
function seeClose({ state, desk: { quote } }: Scene, { at, close }: Bar): void {
  if (at > state.now) state.now = at
  quote.at = at
  quote.bid = close
  quote.ask = close
}

type Way = readonly [first: number, second: number]

/** The way that is taken, and the other. */
function waysOf({ open, high, low }: Bar, { barPath = 'nearer' }: Rules): readonly [Way, Way] {
  const isHighFirst = barPath === 'high' || (barPath === 'nearer' && high - open < open - low)
  const [up, down]: [Way, Way] = [
    [high, low],
    [low, high],
  ]
  return isHighFirst ? [up, down] : [down, up]
}

function walk(scene: Scene, bar: Bar, way: Way): void {
  const { state, desk, rules } = scene
  const { quote, terms } = desk
  const { start, at, open, close, volume } = bar
  const shown = offered(volume, desk, rules)
  Object.assign(quote, { bidLots: shown, askLots: shown, bidShown: shown, askShown: shown })
  if (start > state.now) state.now = start
  showPrice(scene, start, open)
  while (desk.nextEnd < at) {
    state.now = Math.max(state.now, desk.nextEnd)
    expire(scene)
  }
  let price: number = toTicks(open, terms)
  for (const next of [...way, close]) {
    const to = toTicks(next, terms)
    for (let stop = nextStop(desk, price, to); !Number.isNaN(stop); stop = nextStop(desk, price, to)) {
      price = stop
      showPrice(scene, start, toPrice(stop as Ticks, terms))
    }
    price = to
    if (next !== close) showPrice(scene, start, next)
  }
  if (at > state.now) state.now = at
  showPrice(scene, at, close)
}

/** Bid and ask at once; what an entry wakes is looked at before the market moves on. */
function showPrice(scene: Scene, at: number, price: number): void {
  const { desk } = scene
  desk.quote.at = at
  desk.quote.bid = price
  desk.quote.ask = price
  for (let woken = true; woken; ) {
    const { waking } = desk
    showQuote({ ...scene, at })
    woken = desk.waking !== waking && desk.waking.some(serial => (desk.jobs.get(serial)?.from ?? at + 1) <= at)
  }
}

/** The next price on the way at which an order is reached; NaN without. */
function nextStop({ jobs, ladders, trailing }: Desk, from: number, to: number): number {
  const [buys, sells, buyStops, sellStops] = ladders
  const isUp = to > from
  const some: readonly Ladder[] = isUp ? [sells, buyStops] : [buys, sellStops]
  const side = isUp ? 'buy' : 'sell'
  const triggers = trailing.map(serial => jobs.get(serial)!).filter(({ order }) => order.side === side)
  const prices = [...some.map(ladder => nextPrice(ladder, from, to)), ...triggers.map(({ trigger }) => trigger)]
  const within = prices.filter(price => (isUp ? price > from && price <= to : price < from && price >= to))
  if (within.length === 0) return Number.NaN
  return isUp ? Math.min(...within) : Math.max(...within)
}

/** Whether the bar may reach anything: most do not. */
function isAffected({ coming, ladders, terms, trailing, waking }: Desk, { high, low }: Bar): boolean {
  if (coming.length + waking.length + trailing.length > 0) return true
  const [top, bottom] = [toTicks(high, terms, 'up'), toTicks(low, terms, 'down')]
  return ladders.some(ladder => isReached(ladder, ladder.sign === 1 ? bottom : top))
}

/** The same orders and position once more, which answer nobody. */
function apart(scene: Scene): Scene {
  const desk = structuredClone(scene.desk)
  const { counts, desks, ...rest } = scene.state
  const state: PaperState = { ...rest, counts: { ...counts }, desks: new Map([...desks, [desk.instrument.id, desk]]) }
  return { ...scene, state, desk, send: () => undefined }
}

const equityOf = ({ state, desk }: Scene): number => {
  const { position, short, quote, terms } = desk
  const close = toTicks(quote.bid, terms)
  const gain = unrealised(position, close, terms) + unrealised(short, close, terms)
  return state.balance + exchanged(gain, ratesNow(state, desk))
}
