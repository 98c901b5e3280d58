import type { Ledger } from './ledger.ts'

/**
 * What a ledger has come to, at any moment and without its history, in the account's currency; what needs the history
 * is `figuresOf`. What does not exist (no loss, no trade) is null, never 0.
 */
export interface Outcome {
  /** End equity less start balance. */
  readonly netProfit: number
  /** Net profit by start balance. */
  readonly totalReturn: number
  /** Deepest fall of equity by the peak before it, assessed at every quote while a position was open. */
  readonly maxDrawdown: number
  readonly fees: number
  /** Paid for time, funding and overnight interest; negative was received. */
  readonly financing: number
  /** Round trips that earned more than their fees, by all. */
  readonly winRate: number | null
  /** What winning round trips earned by what losing ones lost, fees included. */
  readonly profitFactor: number | null
  /** Mean of a round trip, fees included. */
  readonly averageTrade: number | null
}

export const outcomeOf = (ledger: Ledger, decimals: number): Outcome => {
  const unit = 10 ** decimals
  const { startBalance, maxDrawdown, trades, wins, won, lost } = ledger
  const net = ledger.balance + ledger.unrealised - startBalance
  return {
    netProfit: net / unit,
    totalReturn: net / startBalance,
    maxDrawdown: maxDrawdown.amount / maxDrawdown.peak,
    fees: ledger.fees / unit,
    financing: ledger.financing / unit,
    winRate: trades > 0 ? wins / trades : null,
    profitFactor: lost > 0 ? won / lost : null,
    averageTrade: trades > 0 ? (won - lost) / trades / unit : null,
  }
}
