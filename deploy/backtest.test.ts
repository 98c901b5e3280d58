import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REGIMES } from '../connectors/sample/regime.ts'
import type { Result } from './manifest.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
const home = make()
afterAll(remove)

const run = (...args: readonly string[]) => millrace(args, { home })

/** The document of a verb that ends well. */
const asked = async (...args: readonly string[]) => {
  const done = await run(...args, '--json')
  expect(done, done.stderr).toMatchObject({ code: 0 })
  return documentOf(done)
}

/** A market that is made in a moment, and parameters with which a strategy trades in it. */
const SHORT = ['--rows', '100000']
const lively = { 'mean-reversion': 'adxMax=60', 'ema-cross': 'barMs=1000' }

describe.each(Object.entries(lively))('%s', (strategy, setting) => {
  it.each(REGIMES)('replays to the digests of its run on the %s market', async regime => {
    const ran = await asked('backtest', strategy, ...SHORT, '--regime', regime, '--set', setting)
    expect(ran).toMatchObject({ strategy, status: 'finished', ticks: 100_000 })
    expect(ran.orders).toBeGreaterThan(0)
    const { runDir, digests } = ran as { readonly runDir: string; readonly digests: object }
    const replayed = await asked('replay', runDir)
    expect(replayed).toMatchObject({ equal: true, difference: null, recorded: digests, replayed: digests })
  })
})

it('trades a pair of instruments of the sample market', async () => {
  const pair = ['--markets', 'EURUSD,GBPUSD', ...SHORT, '--set', 'barMs=1000']
  const ran = await asked('backtest', 'pairs', ...pair)
  expect(ran).toMatchObject({ topic: 'sample-mean-reverting-EURUSD-GBPUSD-100000', ticks: 100_000 })
  const fills = readFileSync(join(String(ran.runDir), 'fills.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  const counts = ['EURUSD', 'GBPUSD'].map(name => fills.filter(line => line.split(',')[1] === name).length)
  expect(counts[0]).toBeGreaterThan(10)
  expect(counts[1]).toBe(counts[0])
  expect(ran.missing).toBeUndefined()
  expect((await run('backtest', 'pairs', '--markets', 'EURUSD,GBPUS')).stderr).toContain(
    "INSTRUMENT_UNKNOWN: instrument 'GBPUS' has no definition",
  )
})

it('says which instruments of a strategy the topic lacks', async () => {
  const line = ['backtest', 'pairs', '--rows', '1000', '--set', 'second=EURUSDT']
  expect(await asked(...line)).toMatchObject({ orders: 0, missing: { named: ['EURUSDT'], held: ['EURUSD'] } })
  expect((await run(...line)).stdout).toContain(
    "EURUSDT (did you mean 'EURUSD'?), which the strategy names; the topic holds EURUSD\n",
  )
})

/** The rows of a table, without its head. */
const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').trim().split('\n').slice(1)

describe('a backtest', () => {
  const line = ['backtest', 'mean-reversion', ...SHORT, '--set', 'adxMax=60']
  let whole: Readonly<Record<string, unknown>>
  let folder: string
  const text = (name: string) => readFileSync(join(folder, name), 'utf8')
  beforeAll(async () => {
    folder = join(home, 'whole')
    whole = await asked(...line, '--out', folder)
  })

  it('answers with figures, digests and where they are', () => {
    expect(whole).toMatchObject({
      strategy: 'mean-reversion',
      ticks: 100_000,
      orders: expect.any(Number),
      fills: expect.any(Number),
      trades: expect.any(Number),
      startEquity: 100_000,
      endEquity: expect.any(Number),
      worstQuoteAgeUs: 0,
      seconds: expect.any(Number),
      ticksPerSecond: expect.any(Number),
      metrics: { netProfit: expect.any(Number), maxDrawdown: expect.any(Number), winRate: expect.any(Number) },
      rejects: { rows: 0, orders: 0, deadLetters: 0 },
      runDir: folder,
    })
    const digests = ['input', 'decisions', 'orders', 'fills', 'state']
    expect(Object.keys(whole.digests as object)).toEqual(digests)
  })

  it('writes a folder that tells all of it', () => {
    const manifest = JSON.parse(text('manifest.json'))
    const { digests, metrics, orders, fills, trades } = whole
    expect(manifest).toMatchObject({
      status: 'finished',
      strategy: 'mean-reversion',
      params: { window: 20, adxMax: 60 },
      versions: { node: process.versions.node, v8: process.versions.v8 },
      tape: { topic: 'sample-mean-reverting-100000', state: 'whole', rows: 100_000 },
      result: { digests, metrics, orders, fills, trades },
    })
    expect(manifest.tape.digest).toMatch(/^[0-9a-f]{32}$/)
    expect(text('fills.csv').trim().split('\n')).toHaveLength(Number(fills) + 1)
    expect(text('trades.csv').trim().split('\n')).toHaveLength(Number(trades) + 1)
    const time = '2024-01-01T\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z'
    expect(text('fills.csv')).toMatch(
      new RegExp(`^at,instrument,side,lots,quantity,price,fee,quote_age_us,order_id\n${time},EURUSD,(buy|sell),`),
    )
    const last = text('equity.csv').trim().split('\n').at(-1)!.split(',')
    expect(Number(last[3])).toBe(whole.endEquity)
  })

  it('tells what an open position is worth at the last row, and tells it again', async () => {
    const folder = join(home, 'held')
    const held = await asked('backtest', 'buy-and-hold', '--rows', '5000', '--out', folder)
    const rows = () => readFileSync(join(folder, 'equity.csv'), 'utf8')
    const told = rows()
    const [at, , unrealised, equity] = told.trim().split('\n').at(-1)!.split(',')
    const { end } = (held as unknown as Result).figures!
    expect([Date.parse(at!), Number(equity)]).toEqual([Math.floor(end! / 1000), held.endEquity])
    expect(Number(unrealised)).not.toBe(0)
    await asked('backtest', '--resume', folder)
    expect(rows()).toBe(told)
  })

  it('nets what its trades net', () => {
    const nets = text('trades.csv')
      .trim()
      .split('\n')
      .slice(1)
      .map(row => Number(row.split(',').at(-1)))
    const { netProfit } = whole.metrics as { readonly netProfit: number }
    expect(nets.reduce((sum, net) => sum + net, 0)).toBeCloseTo(netProfit, 5)
  })

  it('comes to the same in memory, in plain mode, and again', async () => {
    const digests = { digests: whole.digests }
    const inMemory = await asked(...line, '--memory')
    expect(inMemory).toMatchObject(digests)
    expect(await asked(...line, '--mode', 'plain')).toMatchObject(digests)
    expect(await asked(...line, '--topic', 'sample-mean-reverting-100000')).toMatchObject(digests)
    for (const verb of ['replay', 'backtest --resume']) {
      const done = await run(...verb.split(' '), String(inMemory.runDir))
      expect(done.stderr).toContain('CLI_RUN: ')
      expect(done).toMatchObject({ code: 1, stdout: '' })
    }
  })

  it('steps a part of the tape', async () => {
    const range = ['--from', '2024-01-01T01:00:00', '--to', '2024-01-01T02:00:00']
    const part = await asked(...line, ...range)
    expect(part.ticks).toBeGreaterThan(1000)
    expect(part.ticks).toBeLessThan(50_000)
    expect(await asked('replay', String(part.runDir))).toMatchObject({ equal: true })
  })

  it('says so when the range leaves nothing of the tape', async () => {
    const { code, stderr } = await run(...line, '--from', '2030-01-01')
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('nothing was stepped: no quote or tra'),
    })
  })

  it('tells why orders were refused, in the summary and in the document', async () => {
    const line = ['backtest', 'buy-and-hold', '--markets', 'USDJPY,BTCUSDT', '--rows', '200']
    const { rejects, refusals } = (await asked(...line)) as unknown as Result
    expect(refusals).toEqual([
      {
        reason: expect.stringMatching(/^currency: BTCUSDT is paid in USDT, and no cross leads from USDT to JPY/),
        orders: rejects.orders,
      },
    ])
    expect((await run(...line)).stdout).toContain(`${rejects.orders} of the orders: ${refusals![0]!.reason}\n`)
  })

  it('keeps one account in euros over what is paid in dollars and in yen', async () => {
    const market = ['--markets', 'EURUSD,USDJPY', '--rows', '20000', '--set', 'window=10']
    const ran = await asked('backtest', 'mean-reversion', ...market, '--currency', 'EUR', '--balance', '1000000')
    const rows = (name: string) => linesOf(join(String(ran.runDir), name)).map(line => line.split(','))
    const [fills, trades, equity] = [rows('fills.csv'), rows('trades.csv'), rows('equity.csv')]
    expect([...new Set(fills.map(([, key]) => key))].sort()).toEqual(['EURUSD', 'USDJPY'])
    const nets = trades.reduce((sum, fields) => sum + Number(fields.at(-1)), 0)
    expect(Number(equity.at(-1)![1]) - 1_000_000).toBeCloseTo(nets, 4)
    expect(ran).toMatchObject({ startEquity: 1_000_000, rejects: { orders: 0 } })
    expect(ran.endEquity).toBe(Number(equity.at(-1)![3]))
    // A share of 0.5 % is at risk, whatever the lots are paid in: 20 bps of each.
    for (const [, key, , , quantity] of fills) {
      const euros = key === 'EURUSD' ? Number(quantity) : Number(quantity) / 1.085
      expect((euros * 0.002) / 5000).toBeCloseTo(1, 1)
    }
    expect(await asked('replay', String(ran.runDir))).toMatchObject({ equal: true })
    expect((await run('report', String(ran.runDir))).code).toBe(0)
    const page = readFileSync(join(String(ran.runDir), 'report.html'), 'utf8')
    expect(page).toContain('--balance 1000000 --currency EUR ')
  })

  it('takes what it is told of balance and latency', async () => {
    const told = await asked(...line, '--balance', '2500.5', '--latency-ms', '250')
    expect(told).toMatchObject({ startEquity: 2500.5 })
    expect(told.digests).not.toEqual(whole.digests)
  })

  it('of a run that has ended, taken up again, is the run', async () => {
    const { seconds: _s, ticksPerSecond: _t, ...same } = whole
    const before = text('equity.csv')
    expect(await asked('backtest', '--resume', folder)).toMatchObject(same)
    expect(await asked(...line, '--resume', folder)).toMatchObject(same)
    expect(text('equity.csv')).toBe(before)
  })

  it.each([
    ['--set', 'window=30', 'params was {"window":20,'],
    ['--topic', 'other', 'topic was "sample-mean-reverting-100000", found "other"'],
    ['--latency-ms', '5', 'latencyUs was 1000, found 5000'],
    ['--currency', 'EUR', 'currency was "USD", found "EUR"'],
    ['--balance', '5', 'startBalance was 100000000000, found 5000000'],
    ['--from', '2024-01-01', 'from was null, found '],
    ['--mode', 'plain', 'mode was "fused", found "plain"'],
  ])('goes on only with what it began with: %s %s', async (flag, value, message) => {
    const { code, stderr } = await run('backtest', '--resume', folder, flag, value)
    expect(stderr).toContain(`CLI_FLAG: a run goes on with what it began with: ${message}`)
    expect(code).toBe(2)
  })

  it('says so when its folder cannot be made', async () => {
    const { code, stderr } = await run(...line, '--out', '/dev/null/run')
    expect(stderr).toContain('CLI_FOLDER: cannot make the folder /dev/null/run: ENOTDIR')
    expect(code).toBe(1)
  })

  it('does not write over another run', async () => {
    const { code, stderr } = await run(...line, '--out', folder)
    expect(stderr).toContain(`CLI_TAKEN: ${folder} holds a run: take it up with --resume ${folder}`)
    expect(code).toBe(2)
  })

  it('of a strategy that stands in a file', async () => {
    const file = join(home, 'mine.ts')
    const strategies = join(import.meta.dirname, '..', 'strategies')
    writeFileSync(file, `export { emaCross } from '${strategies}/ema-cross.ts'`)
    expect(await asked('backtest', file, ...SHORT, '--set', 'barMs=1000')).toMatchObject({ strategy: 'ema-cross' })
    const engine = join(import.meta.dirname, '..', 'engine', 'index.ts')
    const graph = `strategy({ name: 'mine', reads: { quotes }, graph: () => {} })`
    writeFileSync(file, `import { quotes, strategy } from '${engine}'\nexport const mine = ${graph}`)
    const { code, stderr } = await run('backtest', file)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^FLOW_GRAPH: .*mine\.ts: the graph of m/),
    })
    writeFileSync(file, 'export const nothing = null')
    expect((await run('backtest', file)).stderr).toContain(`CLI_NAME: ${file} exports no strategy`)
    writeFileSync(file, 'export const broken =')
    expect((await run('backtest', file)).stderr).toContain(`CLI_NAME: cannot load ${file}: `)
  })

  it('goes on only with the files that it began with, and a replay tells when they changed', async () => {
    const [file, part] = [join(home, 'two.ts'), join(home, 'two-part.ts')]
    const strategies = join(import.meta.dirname, '..', 'strategies')
    writeFileSync(part, `export { emaCross } from '${strategies}/ema-cross.ts'`)
    writeFileSync(file, "export { emaCross } from './two-part.ts'")
    const folder = join(home, 'two')
    await asked('backtest', file, ...SHORT, '--set', 'barMs=1000', '--out', folder)
    const { strategyPrints } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
    const print = createHash('sha256').update(readFileSync(part)).digest('hex')
    expect(strategyPrints).toEqual({ 'two.ts': expect.stringMatching(/^[0-9a-f]{64}$/), 'two-part.ts': print })
    expect((await run('replay', folder)).stderr).not.toContain('changed')
    writeFileSync(part, `export { emaCross } from '${strategies}/ema-cross.ts'\n`)
    const replayed = await run('replay', folder)
    expect(replayed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('two-part.ts changed since the run began'),
    })
    const resumed = await run('backtest', '--resume', folder)
    expect(resumed).toMatchObject({ code: 1, stdout: '' })
    expect(resumed.stderr).toContain('CLI_RUN: two-part.ts changed since the run began: put it back to go on')
  })

  it.each([
    ['its graph', "graph: () => {\n throw new TypeError('boom')\n }"],
    ['a row', "graph: ({ quotes }) => quotes.pipe(map('boom', () => {\n throw new TypeError('boom') }))"],
  ])('whose file throws in %s is told where, and that it is no bug of ours', async (_place, graph) => {
    const file = join(home, 'thrower.ts')
    const doors = `import { map, quotes, strategy } from '${join(import.meta.dirname, '..', 'engine/index.ts')}'`
    writeFileSync(
      file,
      `${doors}\nexport const thrower = strategy({ name: 'thrower', reads: { quotes }, params: {}, ${graph} })`,
    )
    const { code, stderr } = await run('backtest', file, '--rows', '100')
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('STRATEGY: TypeError: boom') })
    expect(stderr).toContain(`mend what threw it: ${file}:3\n`)
  })

  describe('whose record was changed', () => {
    interface Changeable {
      readonly params: Record<string, number>
      readonly result: { readonly digests: Record<string, string> }
    }

    const tampered = async (change: (manifest: Changeable) => void) => {
      const copy = make()
      cpSync(folder, copy, { recursive: true })
      const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'))
      change(manifest)
      writeFileSync(join(copy, 'manifest.json'), JSON.stringify(manifest))
      return [await run('replay', copy), await run('replay', copy, '--json')] as const
    }

    it('differs at the first decision, and both are shown', async () => {
      const [told, json] = await tampered(manifest => {
        manifest.params.window = 21
      })
      expect(told.stdout).toContain('the replay is another run: the first decision that differs is at sample-mean-rev')
      expect(told.stdout).toMatch(/\n {2}recorded {2}\{.*\}\n {2}replayed {2}\{.*\}\n$/)
      expect(told.code).toBe(1)
      expect(documentOf(json)).toMatchObject({ equal: false, difference: { what: 'decision' } })
      expect(json.code).toBe(1)
    })

    it('differs in a digest', async () => {
      const [told, json] = await tampered(manifest => {
        manifest.result.digests.state = '0'.repeat(32)
      })
      expect(told.stdout).toMatch(/state .* differs/)
      expect(told.stdout).toContain('every decision and order is the same, the digests are not')
      expect(documentOf(json)).toMatchObject({ equal: false, difference: null })
      expect([told.code, json.code]).toEqual([1, 1])
    })

    it('is not read when it is no document', async () => {
      const copy = make()
      writeFileSync(join(copy, 'manifest.json'), '{ "id":')
      const { code, stderr } = await run('replay', copy)
      expect(stderr).toContain(`CLI_RUN: cannot read ${join(copy, 'manifest.json')}`)
      expect(code).toBe(1)
    })
  })
})

describe('a signal', () => {
  const long = ['backtest', 'mean-reversion', '--rows', '1500000', '--mode', 'plain', '--set', 'adxMax=60']
  let unbroken: Readonly<Record<string, unknown>>
  beforeAll(async () => {
    unbroken = await asked(...long, '--out', join(home, 'unbroken'))
  })

  /** Has the process send itself the signal as soon as it would hear Ctrl-C, and the file is there. */
  const pressed = (signal: NodeJS.Signals, file: string): readonly string[] => {
    const script = `
      import { existsSync } from 'node:fs'
      const look = setInterval(() => {
        if (process.listenerCount('SIGINT') === 0 || !existsSync(${JSON.stringify(file)})) return
        clearInterval(look)
        process.kill(process.pid, '${signal}')
      }, 10).unref()`
    return ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('%s: commits, says how to go on, and goes on', async signal => {
    const folder = join(home, signal)
    const args = [...long, '--out', folder, '--json']
    const done = await millrace(args, { home, node: pressed(signal, join(folder, 'manifest.json')) })
    expect(done.stderr).toContain(`cut off, and committed; take it up: millrace backtest --resume ${folder}`)
    expect(done).toMatchObject({ code: 1 })
    const cut = documentOf(done)
    expect(cut).toMatchObject({ status: 'drained' })
    expect(cut.ticks).toBeLessThan(1_500_000)
    expect(await asked('replay', folder)).toMatchObject({ equal: true })
    const { digests, orders, fills, endEquity } = unbroken
    expect(await asked('backtest', '--resume', folder)).toMatchObject({ digests, orders, fills, endEquity })
    for (const name of ['trades.csv', 'fills.csv', 'equity.csv']) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(home, 'unbroken', name), 'utf8'))
    }
  })

  it('stops a replay', async () => {
    const whole = join(home, 'unbroken')
    const node = pressed('SIGINT', join(whole, 'manifest.json'))
    const { code, stdout, stderr } = await millrace(['replay', whole], { home, node })
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: 'stopping; once more kills\n' })
    const told = await millrace(['replay', whole, '--json'], { home, node })
    expect([told.code, documentOf(told)]).toEqual([1, { error: expect.objectContaining({ code: 'STOPPED' }) }])
  })

  it('that kills leaves a run that replay does not take for whole', async () => {
    const folder = join(home, 'killed')
    await millrace([...long, '--out', folder], { home, node: pressed('SIGKILL', join(folder, 'manifest.json')) })
    const { code, stderr } = await run('replay', folder)
    expect(stderr).toContain(`was cut off; first take it up: millrace backtest --resume ${folder}`)
    expect(code).toBe(1)
  })
})

it('the first look runs, and runs again to the same digests', async () => {
  const first = await asked('demo')
  expect((await asked('demo')).digests).toEqual(first.digests)
  expect(await asked('replay', 'demo')).toMatchObject({ equal: true })
})
