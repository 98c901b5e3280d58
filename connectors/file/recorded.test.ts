import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CsvOptions, type CsvReport, csvSource } from './csv.ts'

/** Recorded markets that do not belong to the repository: where the folder is absent, these tests do not run. */
const DATA = join(import.meta.dirname, '../../../shared/data')
const hasData = existsSync(DATA)

const reportOf = async (
  file: string,
  options: Partial<CsvOptions> = {},
): Promise<CsvReport & { readonly sum: number }> => {
  const source = csvSource({ path: join(DATA, file), rejectsFile: null, ...options })
  let sum = 0
  for await (const { count, columns } of source.blocks())
    for (let row = 0; row < count; row++) sum += (columns.ask![row] as number) - (columns.bid![row] as number)
  return { ...source.report(), sum }
}

describe(`recorded markets (${hasData ? 'present' : 'ABSENT: ../shared/data is not there, nothing was read'})`, () => {
  it.runIf(hasData)('EUR/USD: every row, with crossed and locked ones counted and the zone taken out', async () => {
    expect(await reportOf('eurusd-quotes-2014-05.csv.gz', { zone: 'UTC-5' })).toMatchObject({
      sha256: '277c61ea6ac46d6da36ebd99d90a223ea8912b60056c6bac47e67768474c581f',
      bytesRead: 5_642_979,
      kind: 'quotes',
      instruments: ['EURUSD'],
      rows: 1_144_807,
      refused: 0,
      odd: { crossed: 116_871, locked: 142_462, duplicate: 0 },
      equalStamps: 0,
      firstAt: Date.parse('2014-05-01T05:00:01.787Z') * 1000,
      lastAt: Date.parse('2014-05-16T04:59:59.718Z') * 1000,
    })
  })

  it.runIf(hasData)('XAU/USD: every row, with equal stamps accepted', async () => {
    expect(await reportOf('xauusd-quotes-2014-05.csv.gz')).toMatchObject({
      sha256: 'a63a534e54110801e098075f291a1a21066828a09e95fc1171b56ebb94de6759',
      bytesRead: 14_002_625,
      instruments: ['XAUUSD'],
      rows: 2_022_969,
      refused: 0,
      odd: { crossed: 0, locked: 0, duplicate: 0 },
      equalStamps: 91_167,
      firstAt: Date.parse('2014-05-01T00:00:00.043Z') * 1000,
      lastAt: Date.parse('2014-05-15T23:59:54.767Z') * 1000,
    })
  })

  it.runIf(hasData)('EUR/USD without its crossed quotes', async () => {
    const { rows, refused, reasons, sum } = await reportOf('eurusd-quotes-2014-05.csv.gz', { crossed: 'refuse' })
    expect({ rows, refused, crossed: reasons.crossed }).toEqual({ rows: 1_027_936, refused: 116_871, crossed: 116_871 })
    expect(sum).toBeGreaterThan(0)
  })

  it.runIf(hasData)('minute bars as trades, with stamps as text', async () => {
    const options = { columns: { price: 'close', size: 'volume' }, kind: 'trades', rejectsFile: null } as const
    const source = csvSource({ path: join(DATA, 'btc-perp-1m-2022-01.csv.gz'), ...options })
    for await (const { schema } of source.blocks()) expect(schema.name).toBe('trade')
    expect(source.report()).toMatchObject({
      sha256: 'd3fb68d1f07a9ef9360d212bd426988dccb2cf4263a07f4e0ba0b45a83a7a0b6',
      instruments: ['BTC'],
      rows: 45_031,
      refused: 0,
      firstAt: Date.parse('2021-12-31T23:01Z') * 1000,
      lastAt: Date.parse('2022-02-01T05:31Z') * 1000,
    })
  })
})
