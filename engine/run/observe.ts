import type { ActorStatus } from '../actor/status.ts'
import type { NodeCount } from '../flow/counts.ts'
import type { Lots, Minor } from '../market/units.ts'
import { copyOf, type Histogram } from '../time/histogram.ts'
import type { Holding, Ledger } from './ledger.ts'
import type { OrderState } from './order-tally.ts'
import type { Trader } from './trader.ts'

/** How a run stands: numbers of one moment, none of them changes any more. Who wants newer ones asks again. */
export interface RunObservation {
  /** Of the run, and of what it runs. */
  readonly name: string
  readonly strategy: string
  readonly actor: ActorStatus
  /** Rows of the mailbox, and the quotes and trades among them; by earlier runs too. */
  readonly rows: number
  readonly ticks: number
  readonly nodes: readonly NodeCount[]
  readonly money: MoneyObservation
  /** Every instrument that was ever held. */
  readonly positions: readonly PositionObservation[]
  readonly orders: OrderObservation
  /** What the venue counted: orders, fills, rejects, worstQuoteAgeUs ... */
  readonly venue: Readonly<Record<string, number>>
}

/** Minor units of the account's currency. */
export interface MoneyObservation {
  readonly balance: Minor
  readonly realised: Minor
  readonly unrealised: Minor
  readonly fees: Minor
  readonly financing: Minor
  /** Balance and unrealised. */
  readonly equity: Minor
  /** The highest equity so far, how far equity is below it, and the deepest that it ever was. */
  readonly peak: Minor
  readonly drawdown: Minor
  readonly maxDrawdown: Minor
  /** Round trips that earned more than their fees, and the others. */
  readonly won: number
  readonly lost: number
}

export interface PositionObservation {
  /** With ' short' behind it what was sold short of it, where positions are hedged. */
  readonly instrument: string
  readonly lots: Lots
  /** Before fees, minor units of the account's currency. */
  readonly realised: Minor
  readonly unrealised: Minor
}

export interface OrderObservation {
  readonly states: Readonly<Record<OrderState, number>>
  readonly working: number
  readonly fills: number
  readonly ackUs: Histogram
  readonly slippageBps: Histogram
}

/** How a consumer group stands, as its log says; for groups that are not a run of this process. */
export interface GroupObservation {
  readonly group: string
  readonly partitions: readonly GroupPartition[]
}

export interface GroupPartition {
  readonly topic: string
  readonly partition: number
  /** The next offset that the group will read; null before its first commit. */
  readonly committed: number | null
  /** The next offset to be written, and the oldest that is held. */
  readonly end: number
  readonly oldest: number
  /**
   * Event time between the last committed record and the newest, microseconds; before the first commit, from the oldest
   * that is held. Null where it is not known.
   */
  readonly lagUs: number | null
}

/** Records that the group has yet to read; before its first commit, all that are held. */
export const lagOf = ({ committed, end, oldest }: GroupPartition): number => Math.max(0, end - (committed ?? oldest))

/** How a sink stands: what waits for its server, and what the server has said. Counts are of this process. */
export interface SinkObservation {
  readonly task: string
  /** Rows that wait for the server's answer, and for how long the oldest of them has, milliseconds. */
  readonly pending: number
  readonly oldestMs: number
  /** Rows that are stored or refused, and committed; and those of them that were refused. */
  readonly rows: number
  readonly rejects: number
  /** Sent to the server, and batches that were sent again. */
  readonly bytes: number
  readonly retries: number
  /** What the server is waited for; null when all goes well. */
  readonly waitingFor: string | null
}

export const observationOf = (name: string, strategy: string, actor: ActorStatus, trader: Trader): RunObservation => {
  const { fills, holdings, shorts } = trader.ledger()
  const { states, working, ackUs, slippageBps } = trader.orders()
  return {
    name,
    strategy,
    actor,
    rows: trader.rows(),
    ticks: trader.ticks(),
    nodes: trader.graph.counts(),
    money: moneyOf(trader.ledger()),
    positions: [...[...holdings].map(positionOf), ...[...shorts].map(shortOf)],
    orders: {
      states: { ...states },
      working: working.size,
      fills,
      ackUs: copyOf(ackUs),
      slippageBps: copyOf(slippageBps),
    },
    venue: trader.counts(),
  }
}

const positionOf = ([instrument, holding]: readonly [string, Holding]): PositionObservation => {
  const { position, realised, unrealised } = holding
  return { instrument, lots: position.lots, realised, unrealised }
}

const shortOf = ([instrument, holding]: readonly [string, Holding]): PositionObservation =>
  positionOf([`${instrument} short`, holding])

const moneyOf = (ledger: Ledger): MoneyObservation => {
  const { balance, realised, unrealised, fees, financing, peak, maxDrawdown, trades, wins } = ledger
  const equity = (balance + unrealised) as Minor
  const drawdown = Math.max(0, peak - equity) as Minor
  const parts = { balance, realised, unrealised, fees, financing, equity, peak, drawdown }
  return { ...parts, maxDrawdown: maxDrawdown.amount, won: wins, lost: trades - wins }
}
