import { sampleMarket } from '../connectors/sample/sample.ts'
import { rowOf } from '../engine/log/build.ts'
import { ALL_KEYS } from '../engine/market/account.ts'
import { accounts, instruments, quotes } from '../engine/market/topics.ts'
import type { Arrival, Row } from '../engine/testing/operator/tape.ts'
import { strategyContract } from '../engine/testing/strategy-contract.ts'
import * as strategies from './index.ts'

const market = sampleMarket({ rows: 16_000 })
const at = market.instruments[0]!.at
const opening: Arrival[] = [
  ...market.instruments.map(record => ({ topic: instruments.name, key: record.id, record: { ...record } })),
  { topic: accounts.name, key: ALL_KEYS, record: { at, balance: 10_000_000_000 } },
]
const rows = [...market.blocks()].flatMap(block =>
  Array.from({ length: block.count }, (_, index): Arrival => {
    const { key, ...record } = rowOf(block, index)
    return { topic: quotes.name, key, record: record as unknown as Row }
  }),
)

for (const strategy of Object.values(strategies)) strategyContract(strategy, [...opening, ...rows])
