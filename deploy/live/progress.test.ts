import { expect, it } from 'vitest'
import { currency } from '../../engine/market/cash.ts'
import type { Minor } from '../../engine/market/units.ts'
import type { Plan } from '../manifest.ts'
import { readCall } from '../testing/call.ts'
import { liveStanding } from './progress.ts'

it('what moved to another process is not told of any more', () => {
  const told: (readonly string[])[] = []
  const call = readCall(['run', 'mean-reversion'])
  const terminal = { ...call.terminal, status: (parts: () => readonly string[]) => void told.push(parts()) }
  const { signal } = new AbortController()
  const show = liveStanding({ ...call, terminal, signal }, { currency: currency('USD', 2) } as Plan)
  const standing = { records: 1, rows: 10, at: 1_400_000_000_000_000, orders: 2, fills: 1, profit: 300 as Minor }
  show(0, standing)
  show(1, standing)
  expect(told.at(-1)).toEqual(['2014-05-13 16:53:20', '20 rows', '4 orders', '2 fills', '+6.00 USD'])
  show(1, null)
  expect(told.at(-1)).toEqual(['2014-05-13 16:53:20', '10 rows', '2 orders', '1 fills', '+3.00 USD'])
  show(0, null)
  expect(told.at(-1)).toEqual(['waiting for rows'])
})
