import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import type { Row } from '../../engine/log/build.ts'
import { rowsOf } from '../../engine/run/replay.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'
import type { Comparison } from './comparison.ts'

const { make, remove } = folders()
const home = make()
afterAll(remove)

const market = ['--rows', '60000', '--set', 'adxMax=60']
const backtest = (out: string, ...args: readonly string[]) =>
  millrace(['backtest', 'mean-reversion', ...market, ...args, '--out', join(home, out)], { home })
const compare = (...args: readonly string[]) => millrace(['compare', ...args], { home })
const compared = async (...runs: readonly string[]) => {
  const done = await compare(...runs.map(run => join(home, run)), '--json')
  expect(done, done.stderr).toMatchObject({ code: 0 })
  return documentOf(done) as unknown as Comparison
}

const decisionsOf = async (run: string): Promise<readonly Row[]> => {
  const log = await openLmdbLog({ path: join(home, run, 'log'), readOnly: true })
  const rows: Row[] = []
  for await (const row of rowsOf(log, 'intents', 0)) rows.push(row)
  await log.close()
  return rows
}

beforeAll(async () => {
  await backtest('one')
  await backtest('twin')
  await backtest('other', '--set', 'stopBps=21')
  await backtest('short', '--to', '2024-01-01T03:00:00')
})

describe('two runs beside each other', () => {
  it('are the same when they were told the same', async () => {
    const { told, decision, digests, figures } = await compared('one', 'twin')
    expect({ told, decision }).toEqual({ told: [], decision: null })
    expect(Object.values(digests)).toEqual([true, true, true, true, true])
    expect(figures.length).toBeGreaterThan(80)
    for (const { values, difference } of figures) expect(values[0] === null ? null : 0).toBe(difference)
  })

  it('differ in a parameter, and first in the decision that differs first', async () => {
    const { told, decision, digests, figures } = await compared('one', 'other')
    expect(told).toEqual([{ name: 'params.stopBps', values: [20, 21] }])
    expect(digests).toMatchObject({ input: true, decisions: false })
    const [one, other] = [await decisionsOf('one'), await decisionsOf('other')]
    const first = one.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(other[i]))
    expect(decision).toMatchObject({ equal: first, decisions: [{ row: one[first] }, { row: other[first] }] })
    expect(decision!.decisions[0]!.place).toMatch(/^intents\/0\/\d+#\d+$/)
    expect(decision!.decisions[0]!.cause).toMatch(/^sample-mean-reverting-60000\/0\/\d+#\d+$/)
    const fees = figures.find(({ name }) => name === 'Fees')!
    expect(fees.difference).toBeCloseTo(fees.values[1]! - fees.values[0]!, 9)
  })

  it('are the same up to where one of them ended', async () => {
    const { decision, told } = await compared('one', 'short')
    const length = (await decisionsOf('short')).length
    expect(told.map(({ name }) => name)).toEqual(['to'])
    expect(length).toBeGreaterThan(0)
    expect(decision).toMatchObject({ equal: length, decisions: [{ place: expect.any(String) }, null] })
  })

  it('are shown as people read them', async () => {
    const { stdout } = await compare(join(home, 'one'), join(home, 'other'))
    expect(stdout).toMatch(/^told +mean-reversion-\S+ +mean-reversion-\S+\n─.*\nparams\.stopBps +20 +21\n/)
    expect(stdout).toMatch(/\nNet profit +[−\d,.]+ +[−\d,.]+ +[+−][\d,.]+\n/)
    expect(stdout).toMatch(/decisions are the same; the first that differs:\n/)
    expect(stdout).toMatch(/\n {4}at intents\/0\/\d+#\d+, of sample-mean-reverting-60000\/0\/\d+#\d+\n/)
    expect(stdout).toContain('digests: input equal, decisions differs')
  })

  it('are two, that have ended', async () => {
    expect(await compare('one')).toMatchObject({ code: 2, stderr: expect.stringContaining('takes two runs') })
    cpSync(join(home, 'one'), join(home, 'cut'), { recursive: true })
    const file = join(home, 'cut', 'manifest.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), result: null }))
    const done = await compare(join(home, 'one'), join(home, 'cut'))
    expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('was cut off') })
  })
})
