import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const DATA = join(import.meta.dirname, '../../shared/data')
const files = [
  { name: 'eurusd-quotes-2014-05.csv.gz', ticks: 1_144_807 },
  { name: 'xauusd-quotes-2014-05.csv.gz', ticks: null },
] as const
const hasData = files.every(({ name }) => existsSync(join(DATA, name)))

const { make, remove } = folders()
afterAll(remove)

describe.runIf(hasData)('recorded quotes of a month', () => {
  test.each(files)('$name: imported once, run, and replayed to the digests of the run', async ({ name, ticks }) => {
    const home = make()
    const asked = async (...args: readonly string[]) => {
      const end = await millrace([...args, '--json'], { home })
      expect(end, end.stderr).toMatchObject({ code: 0 })
      return documentOf(end)
    }
    const file = join(DATA, name)
    const imported = await asked('import', file, '--zone', 'UTC-5')
    expect(imported).toMatchObject({ isNew: true, ...(ticks === null ? {} : { rows: ticks }) })
    const ran = await asked('backtest', 'mean-reversion', '--data', file, '--zone', 'UTC-5')
    expect(ran).toMatchObject({ topic: imported.topic, ticks: imported.rows })
    expect(Number(ran.fills)).toBeGreaterThan(1000)
    const replayed = await asked('replay', String(ran.runDir))
    expect(replayed).toMatchObject({ equal: true, difference: null, recorded: ran.digests, replayed: ran.digests })
    console.info(name, { rows: imported.rows, importSeconds: imported.seconds, ...summary(ran) })
  })
})

const summary = ({ orders, fills, trades, endEquity, ticksPerSecond }: Record<string, unknown>) => ({
  orders,
  fills,
  trades,
  endEquity,
  ticksPerSecond,
})
