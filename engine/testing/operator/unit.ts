import type { Row } from './tape.ts'

/** What the doc comment of an operator says about units. */
export interface Unit {
  /** Which power of the unit of prices the output has: 1 for a price, 0 for a share. Null: each field has its own. */
  readonly power: number | null
  /** True where an option is itself an amount in that unit, so that the operator knows its market: a brick. */
  readonly isFixed: { readonly prices: boolean; readonly sizes: boolean }
}

/** Reads the units of a numeric output and of the options. */
export const unitOf = (text: string): Unit => {
  const out = /^ \* Out {5}(.*)$/m.exec(text)?.[1] ?? ''
  const options = /^export interface \w+Options \{$[^}]*/m.exec(text)?.[0] ?? ''
  const isNotional = /quote currency|\bticks\b/.test(options)
  return {
    power: out.startsWith('number') ? powerOf(out.split(';')[0]!) : null,
    isFixed: { prices: isNotional, sizes: isNotional || /base units/.test(options) },
  }
}

const powerOf = (unit: string): number => {
  if (/square of quote currency|product of the units/.test(unit)) return 2
  if (/per unit of quote currency/.test(unit)) return -1
  return /quote currency|unit of the (input|prices)/.test(unit) ? 1 : 0
}

const dimensions: Readonly<Record<keyof Unit['isFixed'], readonly string[]>> = {
  prices: ['price', 'open', 'high', 'low', 'close', 'bid', 'ask', 'fast', 'slow', 'other', 'value'],
  sizes: ['size', 'volume', 'bidSize', 'askSize'],
}

/** The same record with its prices, or its sizes, told in a unit that is `factor` times smaller. */
export const retold = (record: Row, dimension: keyof Unit['isFixed'], factor: number): Row => {
  const names = dimensions[dimension].filter(name => typeof record[name] === 'number')
  return { ...record, ...Object.fromEntries(names.map(name => [name, Number(record[name]) * factor])) }
}
