import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import { afterAll, describe, expect, it } from 'vitest'
import { documentOf, folders, millrace } from '../testing/millrace.ts'
import { manuals } from './catalogue.ts'
import { sample } from './market-rows.ts'
import { type Picture, pictureOf, type Series } from './picture.ts'

const known = await manuals()
const { make, remove } = folders()
afterAll(remove)

const picture = (name: string, rows = 300, options = {}): Promise<Picture> =>
  pictureOf(known.find(({ entry }) => entry.name === name)!, { market: sample, rows, options })
const seriesOf = ({ panes }: Picture, pane: number) => panes[pane]!.series.map(({ name, shape }) => `${name} ${shape}`)

describe('the picture of an operator over the sample market', () => {
  it.each(known.map(({ entry }) => entry.name))('%s has values, each at a row', async name => {
    const { at, panes, values, warmup } = await picture(name)
    expect(values).toBeGreaterThan(0)
    expect(panes.length).toBeGreaterThan(1)
    expect(warmup).toBeLessThan(at.length)
    const ids = panes.flatMap(({ series }) => series.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    for (const { values, candles } of panes.flatMap(({ series }) => series))
      for (const numbers of [values, ...Object.values(candles ?? {})] as Series['values'][]) {
        expect(numbers).toHaveLength(at.length)
        expect(numbers.every(value => value === null || Number.isFinite(value))).toBe(true)
      }
  })

  it('has no value before the warm-up is over', async () => {
    const { panes, warmup, settle } = await picture('rsi')
    const { values } = panes[1]!.series[0]!
    expect([warmup, settle]).toEqual([14, 514])
    expect(values.findIndex(value => value !== null)).toBe(14)
  })

  it('draws a record as lines, prices on the price, and the rest below by its size', async () => {
    const bands = await picture('bollinger')
    expect(seriesOf(bands, 0)).toEqual(['price candles', 'lower line', 'middle line', 'upper line'])
    expect(
      bands.panes
        .slice(1)
        .flatMap((_, i) => seriesOf(bands, i + 1))
        .sort(),
    ).toEqual([...['percentB line', 'width line', 'zScore line']])
  })

  it('draws events as marks at the time that they tell of, bars as bars', async () => {
    const swings = await picture('swings')
    const marks = swings.panes[0]!.series.at(-1)!
    expect(marks.shape).toBe('marks')
    const { high, low } = swings.panes[0]!.series[0]!.candles!
    for (const [row, value] of marks.values.entries())
      if (value !== null) expect(value).toBe((marks.signs![row]! > 0 ? low : high)[row])
    expect(seriesOf(await picture('heikinAshi'), 1)).toEqual(['bars candles'])
  })

  it('is the same each time, and another with another option', async () => {
    expect(await picture('kama', 200)).toEqual(await picture('kama', 200))
    expect((await picture('kama', 200, { slow: 60 })).title).toBe('kama(10, 2, 60)')
  })
})

describe('millrace features plot', () => {
  const home = make()

  it('writes one file that asks nothing of a network, with a script that parses', async () => {
    const done = await millrace(['features', 'plot', 'macd', '--out', 'macd.html', '--json'], { home })
    expect(documentOf(done)).toMatchObject({ operator: 'macd(12, 26, 9)', rows: 600, warmup: 33 })
    const page = readFileSync(join(home, 'macd.html'), 'utf8')
    expect(page).not.toMatch(/\b(?:src|href)=|https?:|@import|url\(/)
    expect(page).toContain("default-src 'none'")
    const [, script] = /<script type="module">([\s\S]*)<\/script>/.exec(page)!
    expect(() => new Script(script!)).not.toThrow()
    const [, data] = /id="picture">(.*)<\/script>/.exec(page)!
    expect(JSON.parse(data!).title).toBe('macd(12, 26, 9)')
  })

  it('shows a file or a topic of the caller, a range of it, with options', async () => {
    const lines = Array.from(
      { length: 900 },
      (_, i) => `${1_704_067_200_000_000 + i * 10_000_000},${1.1 + (i % 7) / 1e4}`,
    )
    const quotes = lines.map(line => `${line},${Number(line.split(',')[1]) + 1e-4}`)
    writeFileSync(join(home, 'eurusd.csv'), ['at,bid,ask', ...quotes].join('\n'))
    const plot = (...args: string[]) => millrace(['features', 'plot', 'sma', '--json', ...args], { home })
    const whole = documentOf(await plot('--data', 'eurusd.csv', '--set', 'length=10'))
    expect(whole).toMatchObject({ operator: 'sma(10)', market: 'topic eurusd, bars of 1 min', values: 140, rows: 149 })
    expect(existsSync(join(home, 'plots', 'sma.html'))).toBe(true)
    const part = documentOf(await plot('--topic', 'eurusd', '--from', '2024-01-01T01:00:00'))
    expect(part).toMatchObject({ rows: 89 })
  })

  it.each([
    ['plot', 'no operator is named; millrace features lists them'],
    ['plot rsl', "there is no operator 'rsl' (did you mean 'rsi'?)"],
    ['plot pivot', 'like it: pivotPoints, pivots, rollingPivots'],
    ['plot rsi --set len=5', "rsi has no 'len'; it has: length"],
    ['plot rsi --set length', 'an option is set as NAME=VALUE'],
    ['plot rsi --set length=x', "expected a number, found 'x'"],
    ['plot rsi --set length=0', 'length is an integer of at least 1, found 0'],
    ['plot vwap --set hours=9', 'it is a TradingHours, which cannot be written here'],
    ['plot rsi --topic nowhere', "no topic 'nowhere'"],
    ['plot rsi --topic eurusd --sample', 'give one of --data, --topic and --sample'],
    ['plot rsi --topic eurusd --from 2030-01-01', 'topic eurusd has no bars in that range'],
    ['plot vwap --topic eurusd', 'the operator reads trades, and topic eurusd holds quotes'],
    ['plot rsi --rows 60000', '--rows is at most 50,000'],
    ['sets oracel', "no feature set 'oracel' (did you mean 'oracle'?)"],
  ])('refuses %s', async (line, sentence) => {
    const done = await millrace(['features', ...line.split(' ')], { home })
    expect(done.stderr).toContain(sentence)
    expect(done.code).toBe(2)
  })
})

it('millrace features sets tells each set, and the features of one', async () => {
  const home = make()
  const sets = JSON.parse((await millrace(['features', 'sets', '--json'], { home })).stdout)
  expect(sets.map(({ name }: { name: string }) => name)).toContain('oracle')
  const oracle = documentOf(await millrace(['features', 'sets', 'oracle', '--json'], { home }))
  expect(oracle).toMatchObject({ name: 'oracle', hash: expect.stringMatching(/^[0-9a-f]{32}$/) })
  const page = await millrace(['features', 'sets', 'oracle'], { home })
  expect(page.stdout).toContain('volumeDelta')
})
