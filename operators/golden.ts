import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bar } from '../engine/market/bar.ts'

type Value = number | Readonly<Record<string, number>>

const FOLDER = join(import.meta.dirname, 'golden')

/** What the definitions in `golden/` compute, which share no code with ours: values by operator. */
const golden = new Map(
  readdirSync(FOLDER)
    .filter(file => file.endsWith('.jsonl'))
    .flatMap(file => readFileSync(join(FOLDER, file), 'utf8').trim().split('\n'))
    .map(line => JSON.parse(line) as [string, readonly Value[]]),
)

/** 80 bars: a walk with a gap, equal bars in a row, bars without volume. */
export const bars: readonly Bar[] = golden.get('bars') as unknown as readonly Bar[]

export const closes: readonly number[] = bars.map(({ close }) => close)

/** Other inputs, as a file of definitions has made them for itself. */
export const inputsOf = <T>(name: string): readonly T[] => golden.get(name) as unknown as readonly T[]

/**
 * The largest difference to the independent values, as a share of the largest of them. Infinity when there are more or
 * fewer values, or others' names.
 */
export const errorOf = (name: string, values: readonly unknown[]): number => {
  const expected = golden.get(name)!.flatMap(numbersOf)
  const actual = values.flatMap(numbersOf)
  if (actual.length !== expected.length || expected.length === 0) return Number.POSITIVE_INFINITY
  const scale = Math.max(...expected.map(({ number }) => Math.abs(number))) || 1
  return actual.reduce((worst, { field, number }, index) => {
    const other = expected[index]!
    return field === other.field ? Math.max(worst, Math.abs(number - other.number) / scale) : Number.POSITIVE_INFINITY
  }, 0)
}

const numbersOf = (value: unknown): { readonly field: string; readonly number: number }[] =>
  typeof value === 'number'
    ? [{ field: '', number: value }]
    : Object.entries(value as Record<string, number>)
        .map(([field, number]) => ({ field, number }))
        .sort((a, b) => (a.field < b.field ? -1 : 1))
