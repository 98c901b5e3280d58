import { type SampleOptions, sampleMarket } from '../connectors/sample/sample.ts'
import { rowOf } from '../engine/log/build.ts'
import { ALL_KEYS } from '../engine/market/account.ts'
import { accounts, instruments, quotes } from '../engine/market/topics.ts'
import type { Arrival, Row } from '../engine/testing/operator/tape.ts'
import { strategyContract } from '../engine/testing/strategy-contract.ts'
import * as strategies from './index.ts'

/** The definitions and the rows of a market, and an account to trade it with. */
const tapeOf = (options: SampleOptions): readonly Arrival[] => {
  const market = sampleMarket(options)
  const at = market.instruments[0]!.at
  return [
    ...market.instruments.map(record => ({ topic: instruments.name, key: record.id, record: { ...record } })),
    { topic: accounts.name, key: ALL_KEYS, record: { at, balance: 10_000_000_000 } },
    ...[...market.blocks()].flatMap(block =>
      Array.from({ length: block.count }, (_, index): Arrival => {
        const { key, ...record } = rowOf(block, index)
        return { topic: quotes.name, key, record: record as unknown as Row }
      }),
    ),
  ]
}

/** Where the usual market would not do: what goes with the market wants a trend, and a pair two instruments. */
const markets: Readonly<Record<string, SampleOptions>> = {
  breakout: { regime: 'trending' },
  'buy-and-hold': { rows: 1000 },
  pairs: { instruments: ['EURUSD', 'GBPUSD'] },
}

for (const strategy of Object.values(strategies)) {
  const tape = tapeOf({ rows: 16_000, ...markets[strategy.name] })
  strategyContract(strategy, tape, strategy === strategies.buyAndHold ? ['buy'] : ['buy', 'sell'])
}
