import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Manifest } from './manifest.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
afterAll(remove)

/** A week of quotes, one an hour, of an instrument that is charged for time. */
const desk = (financing: object, more: object = {}) => {
  const home = make()
  const eurusd = { id: 'EURUSD', venue: 'FX', tickSize: '0.00001', lotSize: '1000', quoteCurrency: 'USD' }
  const listed = { ...eurusd, baseCurrency: 'EUR', decimals: 6, financing, ...more }
  writeFileSync(join(home, 'venues.json'), JSON.stringify({ instruments: [listed] }))
  const monday = Date.UTC(2014, 4, 12) / 1000
  const rows = Array.from({ length: 24 * 5 }, (_, hour) => `${monday + hour * 3600},1.37,1.3701`)
  writeFileSync(join(home, 'eurusd.csv'), ['at,bid,ask', ...rows, ''].join('\n'))
  const run = (...args: readonly string[]) => millrace(args, { home })
  const asked = async (...args: readonly string[]) => {
    const done = await run(...args, '--json')
    expect(done, done.stderr).toMatchObject({ code: 0 })
    return documentOf(done)
  }
  return { home, run, asked }
}

const HOLD = ['backtest', 'buy-and-hold', '--data', 'eurusd.csv', '--instruments', 'venues.json']

describe('an instrument that is charged for time', () => {
  it('pays interest for each night, of Wednesday for three, and a replay pays the same', async () => {
    const { asked, run } = desk({ type: 'overnight', longPct: 3.6, shortPct: -1.8 })
    const ran = await asked(...HOLD)
    // Seven nights of 0.01 %, at the bid that would close it.
    expect(ran).toMatchObject({ ticks: 120, fills: 1, counts: { payments: 5 } })
    const { manifest, fills } = folderOf(ran)
    const held = Number(fills[0]!.split(',')[4])
    expect(manifest.result!.metrics.financing).toBeCloseTo(held * 1.37 * 0.0001 * 7, 5)
    expect((await run('backtest', '--resume', String(ran.runDir))).stdout).toContain(', financing ')
    expect(await asked('replay', String(ran.runDir))).toMatchObject({ equal: true, difference: null })
  })

  it('is funded at its hours, once however many files tell of it; without a rate by what a tape tells', async () => {
    const funding = { type: 'funding', everyHours: 8, rate: -0.0001 }
    const { asked, home } = desk(funding)
    writeFileSync(join(home, 'eurusd-later.csv'), `at,bid,ask\n${Date.UTC(2014, 4, 19) / 1000},1.4,1.41\n`)
    const ran = await asked(...HOLD, '--data', 'eurusd-later.csv')
    // From 08:00 on Monday to 00:00 a week later.
    expect(ran).toMatchObject({ ticks: 121, fills: 1, counts: { payments: 21 } })
    const { manifest, fills } = folderOf(ran)
    const held = Number(fills[0]!.split(',')[4])
    expect(manifest.result!.metrics.financing).toBeCloseTo(-held * 1.37 * 0.0001 * 21, 4)
    const rates = { '2014-05-14T08:00': 0.0002, '2014-05-13T16:00:00Z': -0.0005, '2014-05-11T16:00': 0.9 }
    const known = await desk({ type: 'funding', rates }).asked(...HOLD)
    expect(known).toMatchObject({ counts: { payments: 2 } })
    expect(folderOf(known).manifest.result!.metrics.financing).toBeCloseTo(-held * 1.37 * 0.0003, 5)
    const { asked: untold } = desk({ type: 'funding', everyHours: 8 })
    expect((await untold(...HOLD)).counts).not.toHaveProperty('payments')
  })
})

const folderOf = ({ runDir }: Readonly<Record<string, unknown>>) => {
  const text = (name: string) => readFileSync(join(String(runDir), name), 'utf8')
  const [, ...fills] = text('fills.csv').trim().split('\n')
  return { manifest: JSON.parse(text('manifest.json')) as Manifest, fills }
}
