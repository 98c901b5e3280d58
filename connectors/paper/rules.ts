import { MillraceError } from '../../engine/errors.ts'
import type { Currency } from '../../engine/market/cash.ts'
import type { FeeSchedule } from '../../engine/market/fees.ts'
import { margin as checkMargin, type Margin } from '../../engine/market/margin.ts'
import { chanceOf, checkLatency, isInstant, type Latency } from './latency.ts'

/** Event time, [from, until). */
interface Span {
  readonly from: number
  readonly until: number
}

/** A time in which the venue fails. */
export interface Outage extends Span {
  /** 'refuses': what arrives is rejected, what rests is filled. 'stands still': nothing is filled either. */
  readonly venue: 'refuses' | 'stands still'
}

/** A time in which the venue refuses some of what arrives, by chance. */
export interface Rejects extends Span {
  /** How many of all, 0 to 1. Whether an order is one of them is a pure function of its number and the seed. */
  readonly share: number
  readonly seed?: number
  readonly reason?: string
}

/** How the venue deals. */
export interface Rules {
  readonly currency: Currency
  /** From the decision until the order stands at the venue, microseconds. */
  readonly latencyUs: Latency
  /** The same for `cancel` and `amend`; as an order's unless given. */
  readonly cancelLatencyUs?: Latency
  /**
   * 'next', the default: at the earliest the quote that comes after the decision. 'same': the very quote that was
   * decided on, as most vectorised backtests do; only without latency, and better than a market will be.
   */
  readonly fillOn?: 'next' | 'same'
  /** Each quote fills no more than it displays; a size of 0 is one that is not told, and sets no bound. */
  readonly fillsBySize?: boolean
  /**
   * What orders are filled from. 'quotes', the default. 'trades': each print is bid and ask, and what it traded is all
   * that it displays. 'bars': the way of a bar from open to close, see FILLS.md.
   */
  readonly fillsFrom?: 'quotes' | 'trades' | 'bars'
  /** Which extreme of a bar comes first: the one that is 'nearer' to its open, the default; the 'high'; the 'low'. */
  readonly barPath?: 'nearer' | 'high' | 'low'
  /**
   * A resting limit waits until what was displayed at its price before it has traded; where no size is told, until the
   * market has traded through its price. Fills are bound by size.
   */
  readonly queue?: boolean
  /**
   * The impact of what takes more than is displayed: behind the touch each level has as much, so many ticks apart, and
   * the order walks on through them. Instead of `fillsBySize`.
   */
  readonly depthTicks?: number
  /** How much worse than the touch what takes is filled, ticks; never worse than its limit. */
  readonly slippageTicks?: number
  /**
   * 'netting', the default: one position of each instrument. 'hedging': what was bought and what was sold short are
   * held side by side. An order adds to what its side opens; with `reduceOnly` it closes the other, so a reduce-only
   * sell is one of the long position. As in MetaTrader's hedging accounts (mql5.com/en/articles/2299) and the hedge
   * mode of exchanges (bybit-exchange.github.io/docs/v5/position/position-mode), with one position of each side.
   */
  readonly positions?: 'netting' | 'hedging'
  /** What is asked for a fill, by instrument, instead of the shares in its definition; tiers go by what it traded. */
  readonly fees?: Readonly<Record<string, FeeSchedule>>
  /**
   * What is wanted behind positions, by instrument. What opens more than the account can carry is refused; below the
   * maintenance margin the venue closes what is held. Without one, and without a leverage, the account is trusted.
   */
  readonly margin?: Readonly<Record<string, Margin>>
  /**
   * The same for all other instruments: positions of so many times the account may be opened, and are closed below half
   * of that margin, as for retail clients in the EU (ESMA decision 2018/796, article 1).
   */
  readonly leverage?: number
  /** In the order of time, none over another. */
  readonly outages?: readonly Outage[]
  /** The same. */
  readonly rejects?: readonly Rejects[]
  /** When the session that the time falls into ends, for DAY orders; the UTC day unless given. Pure. */
  readonly sessionEnd?: (instrument: string, at: number) => number
}

const DAY_US = 86_400_000_000

export const sessionEndOf = ({ sessionEnd }: Rules, instrument: string, at: number): number =>
  sessionEnd?.(instrument, at) ?? (Math.floor(at / DAY_US) + 1) * DAY_US

export const outageAt = ({ outages }: Rules, at: number): Outage | undefined =>
  outages?.find(({ from, until }) => from <= at && at < until)

/** Why the venue refuses what arrives at that time with that number; empty when it does not. */
export function refusalAt(rules: Rules, at: number, name: string): string {
  if (outageAt(rules, at)) return 'outage: the venue takes no orders'
  const now = rules.rejects?.find(({ from, until }) => from <= at && at < until)
  if (now === undefined || chanceOf(`${now.seed ?? 0} ${name}`) >= now.share) return ''
  return `rejects: ${now.reason ?? 'the venue is busy'}`
}

/** Fails: usage PAPER_OPTIONS; Reject MARKET_MARGIN. */
export function checkRules({
  latencyUs,
  cancelLatencyUs = 0,
  fillOn,
  slippageTicks = 0,
  depthTicks = 0,
  outages = [],
  rejects = [],
  margin = {},
  leverage = 1,
}: Rules): void {
  checkLatency(latencyUs)
  checkLatency(cancelLatencyUs)
  if (fillOn === 'same' && !(isInstant(latencyUs) && isInstant(cancelLatencyUs))) {
    const found = typeof latencyUs === 'number' ? latencyUs : JSON.stringify(latencyUs)
    throw new MillraceError('PAPER_OPTIONS', `latency is ${found} us, expected 0 for fills on the same quote`)
  }
  if (!Number.isSafeInteger(slippageTicks) || slippageTicks < 0) {
    throw new MillraceError('PAPER_OPTIONS', `slippage is ${slippageTicks}, expected whole ticks of 0 or more`)
  }
  if (!Number.isSafeInteger(depthTicks) || depthTicks < 0) {
    throw new MillraceError('PAPER_OPTIONS', `depth is ${depthTicks}, expected whole ticks of 0 or more between levels`)
  }
  for (const one of Object.values(margin)) checkMargin(one)
  if (!(leverage >= 1 && leverage < Infinity)) {
    throw new MillraceError('PAPER_OPTIONS', `leverage is ${leverage}, expected a number of 1 or more`)
  }
  checkSpans('an outage', outages)
  checkSpans('a time of rejects', rejects)
  const wrong = rejects.find(({ share }) => !(share >= 0 && share <= 1))
  if (wrong) throw new MillraceError('PAPER_OPTIONS', `the share of rejects is ${wrong.share}, expected 0 to 1`)
}

function checkSpans(name: string, spans: readonly Span[]): void {
  const wrong = spans.find(({ from, until }, i) => !(until > from && from >= (spans[i - 1]?.until ?? from)))
  if (wrong === undefined) return
  const found = `${name} is from ${wrong.from} until ${wrong.until}`
  throw new MillraceError('PAPER_OPTIONS', `${found}, expected spans in order of time`)
}
