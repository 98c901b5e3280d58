import type { Block } from '../../engine/log/block.ts'
import { isCross, takeInstrument } from '../../engine/market/crosses.ts'
import { termsOf } from '../../engine/market/decimal.ts'
import type { Quote } from '../../engine/market/quote.ts'
import type { Micros } from '../../engine/market/units.ts'
import { bookFill, type Holding, ledger, mark } from '../../engine/run/ledger.ts'
import { type Books, fillsOf, instrumentsIn, type OurFill } from '../tables.ts'

/** The open profit of a trade at its highest and at its lowest, before fees; money of the account. */
export interface Excursion {
  readonly highest: number
  readonly lowest: number
}

export interface Excursions {
  /** Rows [from, to) of a block of quotes, in the order of the tape. */
  take(block: Block, from: number, to: number): void
  /** Of each closed trade, in the order of the closes; none when no quote was taken. */
  ends(): readonly Excursion[]
}

/** Books the fills of a run again, and looks at each open position with every quote in between. */
export const excursions = async (books: Books): Promise<Excursions> => {
  const known = await instrumentsIn(books.log)
  const terms = new Map([...known].map(([key, instrument]) => [key, termsOf(instrument)]))
  const fills: OurFill[] = []
  for await (const fill of fillsOf(books.log)) fills.push(fill)
  const unit = 10 ** books.currency.decimals
  const book = ledger(books.startBalance, books.currency)
  const crosses = book.crosses!
  for (const instrument of known.values()) takeInstrument(crosses, instrument)
  const open: Open = new Map()
  const ended: Excursion[] = []
  const quote = { at: 0 as Micros, bid: 0, ask: 0, bidSize: 0, askSize: 0 }
  let next = 0
  let hasQuotes = false

  const bookNext = (): void => {
    const { instrument, fill } = fills[next++]!
    const trip = bookFill(book, instrument, fill, terms.get(instrument)!)
    const holding = (fill.leg === 'short' ? book.shorts : book.holdings).get(instrument)!
    if (trip !== undefined) {
      look(open, holding, trip.pnl / unit)
      ended.push(open.get(holding)!)
      open.delete(holding)
    }
    if (holding.trip !== null) look(open, holding, profitOf(holding))
  }
  const profitOf = ({ trip, unrealised }: Holding): number => ((trip?.pnl ?? 0) + unrealised) / unit

  return {
    take(block, from, to) {
      hasQuotes = true
      const [bid, ask] = [block.columns.bid as Float64Array, block.columns.ask as Float64Array]
      for (let row = from; row < to; row++) {
        const at = block.at[row]!
        while (next < fills.length && fills[next]!.fill.at <= at) bookNext()
        if (open.size === 0 && crosses.foreign.size === 0) continue
        const key = block.keys[block.key[row]!]!
        quote.at = at as Micros
        quote.bid = bid[row]!
        quote.ask = ask[row]!
        mark(book, key, quote satisfies Quote)
        const marked = isCross(crosses, key) ? open.keys() : [book.holdings.get(key), book.shorts.get(key)]
        for (const holding of marked) {
          if (holding !== undefined && open.has(holding)) look(open, holding, profitOf(holding))
        }
      }
    },
    ends() {
      while (next < fills.length) bookNext()
      return hasQuotes ? ended : []
    },
  }
}

type Open = Map<Holding, { highest: number; lowest: number }>

const look = (open: Open, holding: Holding, profit: number): void => {
  const seen = open.get(holding) ?? { highest: profit, lowest: profit }
  seen.highest = Math.max(seen.highest, profit)
  seen.lowest = Math.min(seen.lowest, profit)
  open.set(holding, seen)
}
