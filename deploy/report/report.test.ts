import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../manifest.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'

const { make, remove } = folders()
const home = make()
const folder = join(home, 'run')
afterAll(remove)

const run = (...args: readonly string[]) => millrace(args, { home })
const asked = async (...args: readonly string[]) => {
  const done = await run(...args, '--json')
  expect(done, done.stderr).toMatchObject({ code: 0 })
  return documentOf(done)
}

beforeAll(async () => {
  const market = ['--rows', '200000', '--regime', 'trending']
  await asked('backtest', 'ema-cross', ...market, '--set', 'barMs=1000', '--out', folder)
})

const manifestOf = (place: string) => JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8'))
const dataOf = (page: string) => JSON.parse(/id="data">(.*?)<\/script>/.exec(page)![1]!)

describe('the report of a run', () => {
  let page: string
  beforeAll(async () => {
    const done = await run('report', folder)
    expect(done, done.stderr).toMatchObject({ code: 0 })
    expect(done.stderr).toMatch(/^\/.*report\.html: [\d,]+ kB, [\d,]+ trades\n$/)
    page = readFileSync(join(folder, 'report.html'), 'utf8')
  })

  it('is one file that asks nothing of a network, with scripts that parse', () => {
    expect(page).toContain("default-src 'none'")
    const scripts = [...page.matchAll(/<script( type="module")?>([\s\S]*?)<\/script>/g)].map(([, , text]) => text!)
    expect(scripts).toHaveLength(2)
    for (const script of scripts) expect(() => new Script(script)).not.toThrow()
    // The library names where it comes from in a comment, and the namespace of SVG is no address.
    const markup = page.replaceAll(/<script>[\s\S]*?<\/script>/g, '').replaceAll('http://www.w3.org/2000/svg', '')
    expect(markup).not.toMatch(/\bsrc=|https?:|@import|url\(/)
  })

  it('holds every trade and the whole of the account', async () => {
    const { result } = manifestOf(folder)
    const { trades, equity, prices, instruments } = dataOf(page)
    for (const column of Object.values(trades) as unknown[][]) expect(column).toHaveLength(result.trades)
    const net = trades.net.reduce((sum: number, value: number) => sum + value, 0)
    const rows = readFileSync(join(folder, 'trades.csv'), 'utf8').trim().split('\n').slice(1)
    const nets = rows.map(row => Number(row.split(',').at(-1)))
    expect(net).toBeCloseTo(
      nets.reduce((sum, value) => sum + value, 0),
      0,
    )
    expect(equity.worth[0]).toBe(100_000)
    expect(equity.worth.at(-1)).toBeCloseTo(result.endEquity, 1)
    expect(instruments).toEqual([{ name: 'EURUSD', digits: 5 }])
    expect(prices[0].at.length).toBeGreaterThan(1000)
    expect(prices[0].range.every((range: number) => range >= 0)).toBe(true)
  })

  it('says the same each time, wherever it is written', async () => {
    const other = join(home, 'other.html')
    await run('report', folder, '--out', other)
    expect(readFileSync(other, 'utf8')).toBe(page)
  })

  it('gives each figure with its unit, formula and n, in the page and as data', async () => {
    const { figures, intervals } = await asked('report', folder)
    const { result } = manifestOf(folder)
    const { returns, trades, drawdown } = figures as Record<string, Record<string, { value: number; formula: string }>>
    expect(returns!.netProfit!.value).toBeCloseTo(result.metrics.netProfit, 6)
    expect(trades!.winRate!.value).toBe(result.metrics.winRate)
    expect(trades!.profitFactor!.value).toBeCloseTo(result.metrics.profitFactor, 9)
    expect(drawdown!.maxDrawdown!.value).toBe(result.metrics.maxDrawdown)
    expect(Object.keys(intervals as object)).toContain('sharpe')
    const told = [...page.matchAll(/role="tooltip" id="(f\d+)">([^<]+)</g)]
    expect(told.length).toBeGreaterThan(120)
    for (const [, id, text] of told) {
      expect(page).toContain(`aria-describedby="${id}"`)
      expect(text).toMatch(/; n = [\d,]+/)
    }
  })

  it('tells months, what was run, how honest its fills are, and how to run it again', () => {
    const { params, result, id } = manifestOf(folder)
    expect(page).toMatch(/<th scope="row">2024<\/th><td class="(rose|fell)" style="--heat:1.000">[+−][\d.]+ %<\/td>/)
    for (const name of Object.keys(params)) expect(page).toContain(`<dt>${name}</dt>`)
    for (const digest of Object.values(result.digests)) expect(page).toContain(String(digest))
    expect(page).toContain('<dt>Oldest quote used by a fill</dt>')
    expect(page).toMatch(/<dt>Longest wait<\/dt><dd class="">[^<]+ at 2024-01-01/)
    expect(page).toContain('The graph of ema-cross: ')
    expect(page).toContain(`millrace replay ${id}`)
  })

  it('has the command that repeats the run, to its digests', async () => {
    const [line] = /millrace backtest [^\n]+/.exec(page)!
    const again = await asked(...line.split(' ').slice(1))
    expect(again.digests).toEqual(manifestOf(folder).result.digests)
  })

  it('has trades whose best and worst open profit hold what they earned', () => {
    const { net, fees, highest, lowest } = dataOf(page).trades
    for (const [i, profit] of net.entries()) {
      expect(lowest[i]).toBeLessThanOrEqual(profit + fees[i] + 0.02)
      expect(highest[i]).toBeGreaterThanOrEqual(profit + fees[i] - 0.02)
    }
  })
})

describe('a report of a run', () => {
  const changed = async (change: (manifest: Record<string, never>) => void) => {
    const copy = make()
    cpSync(folder, copy, { recursive: true })
    const manifest = manifestOf(copy)
    change(manifest)
    writeFileSync(join(copy, 'manifest.json'), JSON.stringify(manifest))
    return { done: await run('report', copy), page: join(copy, 'report.html') }
  }

  it('shows hostile names as they are', async () => {
    const evil = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
    const { done, page } = await changed((manifest: Record<string, unknown>) => {
      manifest.id = evil
      manifest.strategy = evil
      manifest.tape = { ...(manifest.tape as object), topic: evil, source: evil }
      manifest.currency = { code: evil, decimals: 6 }
      manifest.params = { [evil]: evil }
    })
    expect(done, done.stderr).toMatchObject({ code: 0 })
    const text = readFileSync(page, 'utf8')
    expect(text).toContain('&lt;script&gt;alert(1)')
    expect(text).not.toContain('<script>alert')
    expect(text).not.toContain('<img')
  })

  it('of instruments with hostile names shows each by its name', async () => {
    const names = ['<img/src=x/onerror=alert(1)>', '</script><b>,2']
    const rows = Array.from({ length: 6000 }, (_, i) => {
      const price = 1.1 + Math.sin(i / 50) * 0.002
      return `${1_704_067_200_000 + i * 1000},"${names[i % 2]}",${price.toFixed(5)},${(price + 2e-5).toFixed(5)}`
    })
    writeFileSync(join(home, 'evil.csv'), ['time,instrument,bid,ask', ...rows].join('\n'))
    const out = join(home, 'evil')
    const done = await run(
      'backtest',
      'ema-cross',
      '--data',
      'evil.csv',
      '--tick',
      '0.00001',
      '--set',
      'barMs=1000',
      ...['--out', out, '--report'],
    )
    expect(done, done.stderr).toMatchObject({ code: 0 })
    const text = readFileSync(join(out, 'report.html'), 'utf8')
    const { instruments, trades } = dataOf(text)
    expect(instruments.map(({ name }: { name: string }) => name).sort()).toEqual(names.toSorted())
    expect(new Set(trades.instrument).size).toBe(2)
    expect(text).toContain('&lt;img/src=x/onerror=alert(1)&gt;</option>')
    expect(text).not.toMatch(/<img|<b>/)
    const [columns, ...fills] = readFileSync(join(out, 'fills.csv'), 'utf8').trim().split('\n')
    const second = fills.find(line => line.includes('</script>'))!
    expect(second).toContain(`,"${names[1]}",`)
    expect(second.replace(names[1]!, '').split(',')).toHaveLength(columns!.split(',').length)
  })

  it('whose tape is gone has all but the prices, and says so', async () => {
    const { done, page } = await changed((manifest: Record<string, unknown>) => {
      manifest.tape = { ...(manifest.tape as object), topic: 'elsewhere' }
    })
    expect(done).toMatchObject({ code: 0 })
    expect(done.stderr).toContain("without prices: no topic 'elsewhere'")
    const text = readFileSync(page, 'utf8')
    expect(text).toContain('No prices to draw: no topic')
    expect(dataOf(text).prices).toEqual([])
    expect(dataOf(text).trades.net.length).toBeGreaterThan(0)
  })

  it('that was cut off, kept in memory, or never was, is refused', async () => {
    const { done: cut } = await changed((manifest: Record<string, unknown>) => {
      manifest.result = null
    })
    expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining('CLI_RUN: ') })
    const { done: kept } = await changed((manifest: Record<string, unknown>) => {
      manifest.log = 'memory'
    })
    expect(kept).toMatchObject({ code: 1, stderr: expect.stringContaining('kept its log in memory') })
    expect(await run('report', 'nothing')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no run 'nothing'"),
    })
    const both = await run('backtest', 'ema-cross', '--memory', '--report')
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('--memory keeps none') })
    expect(await run('report')).toMatchObject({ code: 2, stderr: expect.stringContaining('no run is named') })
    const wrong = await run('report', folder, '--calendar', 'moon')
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--calendar is one of always, fx, stocks') })
  })

  it('that still holds what it bought tells the fees it paid and the time it holds', async () => {
    const out = join(home, 'held')
    const { metrics } = (await asked('backtest', 'buy-and-hold', '--rows', '5000', '--out', out)) as unknown as Result
    const [, fill] = readFileSync(join(out, 'fills.csv'), 'utf8').trim().split('\n')
    const exposure = { value: expect.closeTo(1, 2), n: 1 }
    const fees = { value: Number(fill!.split(',')[6]), n: 1 }
    const returns = { netProfit: { value: metrics.netProfit }, totalReturn: { value: metrics.totalReturn } }
    const figures = {
      returns,
      trades: { trades: { value: 0 }, fees },
      activity: { exposure, openTrades: { value: 1 } },
    }
    expect(await asked('report', out)).toMatchObject({ figures })
  })

  it('counts what was bought and is still held as turnover, in the money of the account', async () => {
    const out = join(home, 'two')
    const line = ['backtest', 'buy-and-hold', '--markets', 'USDJPY,EURUSD', '--currency', 'USD', '--rows', '500']
    const { endEquity } = await asked(...line, '--out', out)
    const fills = readFileSync(join(out, 'fills.csv'), 'utf8').trim().split('\n').slice(1)
    const dealt = fills
      .map(fill => fill.split(','))
      .map(([, instrument, , , quantity, price]) => Number(quantity) * (instrument === 'USDJPY' ? 1 : Number(price)))
      .reduce((sum, amount) => sum + amount)
    const { figures, calendar } = (await asked('report', out)) as unknown as {
      readonly figures: { readonly activity: { readonly turnover: { readonly value: number; readonly n: number } } }
      readonly calendar: { readonly perYear: number }
    }
    expect(figures.activity.turnover.n).toBe(2)
    expect(figures.activity.turnover.value / ((dealt / Number(endEquity)) * calendar.perYear)).toBeCloseTo(1, 4)
  })

  it('without a trade is a report', async () => {
    const calm = join(home, 'calm')
    await asked('backtest', 'ema-cross', '--rows', '2000', '--out', calm)
    expect(await run('report', calm)).toMatchObject({ code: 0 })
    const text = readFileSync(join(calm, 'report.html'), 'utf8')
    expect(text).toContain('No position was closed')
    expect(text).toContain('>undefined<')
    expect(statSync(join(calm, 'report.html')).size).toBeLessThan(3e6)
    rmSync(calm, { recursive: true })
  })
})
