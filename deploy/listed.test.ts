import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { feeSchedule } from '../engine/market/fees.ts'
import { feesText, listedIn, marginText } from './listed.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
afterAll(remove)

const eurusd = { id: 'EURUSD', venue: 'FX', tickSize: '0.00001', lotSize: '1000', quoteCurrency: 'USD' }
const tiers = [
  { from: '0', takerBps: 1, makerBps: 0 },
  { from: '10000', takerBps: 0.5, makerBps: 0 },
]

/** A quiet market, and a file that says what it costs to trade there. */
const desk = () => {
  const home = make()
  const write = (name: string, text: string) => writeFileSync(join(home, name), text)
  const list = (more: object) => write('venues.json', JSON.stringify({ instruments: [{ ...eurusd, ...more }] }))
  const start = Date.UTC(2014, 4, 12) / 1000
  const rows = Array.from({ length: 40 }, (_, i) => `${start + i * 60},1.37,1.38`)
  write('eurusd.csv', ['at,bid,ask', ...rows, ''].join('\n'))
  const run = (...args: readonly string[]) => millrace(args, { home })
  const asked = async (...args: readonly string[]) => {
    const done = await run(...args, '--json')
    expect(done, done.stderr).toMatchObject({ code: 0 })
    return documentOf(done) as { readonly runDir: string; readonly digests: object; readonly metrics: { fees: number } }
  }
  return { home, list, run, asked }
}

const LINE = ['backtest', 'buy-and-hold']

describe('a file of instruments', () => {
  it('tells the venue its schedules whole; a run keeps them when it is taken up, and can be repeated', async () => {
    const { list, run, asked } = desk()
    list({ fees: { tiers, perUnit: '0.0001', least: '5.00', places: 2, rounding: 'up' } })
    const ran = await asked(...LINE, '--data', 'eurusd.csv', '--instruments', 'venues.json', '--report')
    // 13,800 at 1 bp, and 10,000 units: 1.38 and 1; at least 5.
    expect(ran.metrics.fees).toBe(5)
    const report = readFileSync(join(ran.runDir, 'report.html'), 'utf8')
    expect(report).toContain(
      'taker 1, maker 0 bps; from 10000 0.5, 0; 0.0001 a unit; at least 5.00; rounded up to 2 places',
    )
    expect(report).toMatch(/--topic eurusd .*--instruments \S*venues\.json/)
    const again = await asked(...LINE, '--topic', 'eurusd', '--instruments', 'venues.json')
    expect(again.digests).toEqual(ran.digests)
    expect((await asked(...LINE, '--topic', 'eurusd')).metrics.fees).toBeCloseTo(1.38, 9)
    expect(await asked('backtest', '--resume', ran.runDir, '--instruments', 'venues.json')).toMatchObject({
      digests: ran.digests,
    })
    list({ fees: { takerBps: 1 } })
    expect((await run('backtest', '--resume', ran.runDir, '--instruments', 'venues.json')).stderr).toContain(
      'a run goes on with what it began with: listed was {"fees":{"EURUSD":{"tiers":',
    )
  })

  it('tells it the margin of each instrument', async () => {
    const { list, asked } = desk()
    list({ margin: { initial: 0.5 } })
    const ran = await asked(...LINE, '--data', 'eurusd.csv', '--instruments', 'venues.json', '--balance', '6000')
    expect(ran).toMatchObject({ fills: 0, refusals: [{ reason: expect.stringMatching(/^margin: /) }] })
  })

  it('that tells neither leaves both to the definition and to --venue', () => {
    const { list, home } = desk()
    list({})
    expect(listedIn(join(home, 'venues.json'))).toEqual({ fees: {}, margin: {} })
  })

  it('is told in words', () => {
    expect(feesText(feeSchedule({}))).toBe('taker 0, maker 0 bps')
    expect(marginText({ initial: 1 / 30, maintenance: 1 / 60 })).toBe('3.3333 % to open, 1.6667 % to keep')
  })
})
