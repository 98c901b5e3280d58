// What the engine offers to readers from outside, room by room. Inside the house a file imports the owner of the thing.

// actor: one graph on one partition
export { type ActorEnd, type ActorOptions, actor, runActor } from './actor/actor.ts'
export type { Behaviour } from './actor/behaviour.ts'
export { type Supervisor, supervise } from './actor/supervisor.ts'
// errors: every code in one table
export { type Code, codes, MillraceError, type Reject } from './errors.ts'
// figures: what a run came to, each with its formula and n
export type { Equity, TradingDays } from './figures/days.ts'
export type { OpenTrade } from './figures/exposure.ts'
export type { Figure, Unit } from './figures/figure.ts'
export { figuresOf, type Run, type RunFigures } from './figures/figures.ts'
export type { ClosedTrade } from './figures/trades.ts'
// flow: kernels, lifted once
export { type AsOf, asOf } from './flow/as-of.ts'
export type { Flow } from './flow/flow.ts'
export { compile, type Graph, type GraphOptions, type GraphSnapshot } from './flow/graph.ts'
export { type Ear, type Expander, ear, type Kernel } from './flow/kernel.ts'
export { keyBy } from './flow/key-by.ts'
export { type Lifted, lift, type Operator } from './flow/lift.ts'
export { map, mapStep } from './flow/map.ts'
export { type Definition, type Params, type Pipeline, pipeline, type Strategy, strategy } from './flow/pipeline.ts'
export { decodeState, encodeState } from './flow/state.ts'
export { tap } from './flow/tap.ts'
export { type Together, together } from './flow/together.ts'
// log: blocks and the port
export { BLOCK_ROWS, type Block } from './log/block.ts'
export { blockBuilder, blockOf, type Row, rowOf, sliceBlock } from './log/build.ts'
export { decodeBlock, encodeBlock } from './log/codec.ts'
export { digestBlock, digestHex, digestState } from './log/digest.ts'
export { memoryLog } from './log/memory.ts'
export { mergeBlocks } from './log/merge.ts'
export type { Commit, Committed, Log, LogRecord, Output, Position, Restored, TopicInfo } from './log/port.ts'
// market: nouns and units
export type { Account } from './market/account.ts'
export { ALL_KEYS } from './market/account.ts'
export { type Bar, bar } from './market/bar.ts'
export { type BookDelta, type BookSnapshot, bookDelta, bookSnapshot, type Level } from './market/book.ts'
export { type BookGap, type BookKeeper, bookKeeper, takeDelta, takeSnapshot } from './market/book-keeper.ts'
export { type Cash, type Currency, currency, formatMoney, parseMoney } from './market/cash.ts'
export { type Cross, convert, exchanged, type Rates, rateOf, ratesBetween } from './market/conversion.ts'
export {
  baseOf,
  type Crosses,
  crossesTo,
  isCross,
  missingCross,
  ratesFor,
  takeInstrument,
  takeQuote,
} from './market/crosses.ts'
export { feeOf, notional, type Terms, termsOf, toLots, toPrice, toQuantity, toTicks } from './market/decimal.ts'
export { definitions, instrumentFor } from './market/definitions.ts'
export { type FeeSchedule, type FeeTier, feeFor, feeSchedule } from './market/fees.ts'
export { type Fill, fill, type Leg } from './market/fill.ts'
export {
  type Financing,
  financingOn,
  financings,
  funding,
  overnight,
  type Payment,
  payments,
} from './market/financing.ts'
export { type Instrument, instrument } from './market/instrument.ts'
export { intent } from './market/intent.ts'
export { buyingPower, isMarginCall, type Margin, margin, marginOn } from './market/margin.ts'
export type { Conditions, Intent, Order, OrderType, OrderUpdate, Side, TimeInForce } from './market/order.ts'
export { isCrossed, type OrderBook, orderBook, priceAt, setLevel, sizeAt } from './market/order-book.ts'
export { applyFill, FLAT, type Position as MarketPosition } from './market/position.ts'
export { type Quote, quote } from './market/quote.ts'
export type { Field, Schema, Stamped, Topic } from './market/topic.ts'
export {
  accounts,
  bars,
  clock,
  fills,
  instruments,
  intents,
  orders,
  orderUpdates,
  quotes,
  trades,
} from './market/topics.ts'
export { type Trade, trade } from './market/trade.ts'
export {
  type InstrumentId,
  type Lots,
  lots,
  type Micros,
  type Minor,
  micros,
  minor,
  type Ticks,
  ticks,
} from './market/units.ts'
export { type Delivery, deliver, type Settlement, settle, type Wallet, walletOf } from './market/wallet.ts'
// run: backtest, replay and paper are one runner
export {
  bookFill,
  bookPayment,
  type EquitySample,
  equitySample,
  type Holding,
  type Ledger,
  ledger,
  mark,
  positionsOf,
  type TurnedFill,
} from './run/ledger.ts'
export { type Outcome, outcomeOf } from './run/outcome.ts'
export { type ReplayEnd, type ReplayOptions, replayRun } from './run/replay.ts'
export type { RoundTrip } from './run/round-trip.ts'
export { type RunEnd, type RunOptions, runStrategy } from './run/run-strategy.ts'
export { type StreamOptions, stream } from './run/stream.ts'
export type { Answer, SimulatedVenue } from './run/venue.ts'
// time: stamps, and the one clock
export { type Clock, systemClock } from './time/clock.ts'
export { fundingTimes, type Rollover, type RolloverHours, rollovers } from './time/rollovers.ts'
export { formatMicros, stampReader } from './time/stamp.ts'
