import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Equity } from './days.ts'
import type { OpenTrade } from './exposure.ts'
import type { Figure } from './figure.ts'
import { figuresOf } from './figures.ts'
import type { ClosedTrade } from './trades.ts'

/** What golden/figures.py computes by the definitions, in 50 digits; it shares no code with ours. */
const golden = new Map(
  readFileSync(join(import.meta.dirname, 'golden/figures.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as [string, unknown]),
)
const goldenOf = <T>(name: string): T => golden.get(name) as T

const run = figuresOf({
  equity: goldenOf<Equity>('equity'),
  benchmark: goldenOf<Equity>('market'),
  trades: goldenOf<ClosedTrade[]>('trades'),
  open: goldenOf<OpenTrade[]>('open'),
  calendar: { perYear: 252, weekdays: [1, 2, 3, 4, 5] },
  riskFree: 0.03,
  rollingDays: 60,
  bootstrap: { seed: 7, samples: 60 },
  shuffles: { seed: 7, samples: 60, bust: 0.05, goal: 0.05 },
})

/** As a share of the value. */
const errorOf = (value: number | undefined, expected: number | null): number =>
  expected === null || value === undefined
    ? Number(value !== undefined || expected !== null)
    : Math.abs(value - expected) / (Math.abs(expected) || 1)

const expected = goldenOf<Record<string, Record<string, number | null>>>('figures')

describe.each(Object.entries(expected))('the %s of the definitions', (group, values) => {
  const figures = run[group as 'returns'] as Readonly<Record<string, Figure>>

  it('are all of them', () => {
    expect(Object.keys(figures).sort()).toEqual(Object.keys(values).sort())
  })

  it.each(Object.entries(values))('%s', (name, value) => {
    expect(errorOf(figures[name]!.value, value)).toBeLessThan(1e-12)
  })
})

it('the intervals of the definitions', () => {
  const { low, high, blockDays } = goldenOf<Record<'low' | 'high', Record<string, number>> & { blockDays: number }>(
    'intervals',
  )
  for (const [name, interval] of Object.entries(run.intervals)) {
    expect(errorOf(interval.low, low[name]!)).toBeLessThan(1e-12)
    expect(errorOf(interval.high, high[name]!)).toBeLessThan(1e-12)
    expect(interval.blockDays).toBe(blockDays)
  }
})

it('the months of the definitions', () => {
  const months = goldenOf<Record<string, number>>('months')
  expect(run.series.months.map(({ name }) => name)).toEqual(Object.keys(months))
  for (const { name, growth } of run.series.months) expect(errorOf(growth, months[name]!)).toBeLessThan(1e-12)
})

it.each(['sharpe', 'volatility', 'maxDrawdown'] as const)('the rolling %s of the definitions', name => {
  const values = goldenOf<Record<string, number[]>>('rolling')[name]!
  const rolling = run.series.rolling[name]
  expect(rolling.slice(0, 59).every(value => value === undefined)).toBe(true)
  expect(rolling.slice(59).length).toBe(values.length)
  expect(Math.max(...values.map((value, i) => errorOf(rolling[i + 59], value)))).toBeLessThan(1e-12)
})
