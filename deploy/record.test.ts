import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const places = folders()
afterAll(places.remove)

test('a topic goes to a tape file and back: a backtest over either comes to the same digests', async () => {
  const home = places.make()
  const run = async (...args: string[]): Promise<Record<string, unknown>> =>
    documentOf(await millrace([...args, '--json'], { home }))
  const first = await run('backtest', 'mean-reversion', '--regime', 'trending', '--rows', '50000')
  const out = join(home, 'market.tape')
  const recorded = await run('record', 'sample-trending-50000', '--out', out)
  expect(recorded).toMatchObject({ rows: 50_001, digest: (first.digests as Record<string, string>).input })
  expect(await run('import', out)).toMatchObject({ topic: 'market', rows: 50_001, isNew: true })
  expect(await run('import', out)).toMatchObject({ isNew: false })
  expect((await run('backtest', 'mean-reversion', '--topic', 'market')).digests).toEqual(first.digests)
})

test('a range of time keeps the definitions', async () => {
  const home = places.make()
  await millrace(['backtest', 'mean-reversion', '--rows', '50000'], { home })
  const range = ['--from', '2024-01-01T00:10:00', '--to', '2024-01-01T00:20:00']
  const out = join(home, 'ten.tape')
  const whole = await millrace(['topics', '--json'], { home })
  const [{ topic }] = JSON.parse(whole.stdout)
  const { code } = await millrace(['record', topic, '--out', out, ...range, '--json'], { home })
  expect(code).toBe(0)
  const of = (name: string) => ['backtest', 'mean-reversion', '--topic', name, ...range, '--json']
  await millrace(['import', out, '--topic', 'ten'], { home })
  const [ranged, ten] = await Promise.all([millrace(of(topic), { home }), millrace(of('ten'), { home })])
  expect(documentOf(ten).digests).toEqual(documentOf(ranged).digests)
})

test('of several partitions one is recorded, and a backtest over them is refused', async () => {
  const home = places.make()
  const [file, out] = [join(home, 'two.csv'), join(home, 'one.tape')]
  const ticks = ['EURUSD', 'XAUUSD', 'GBPUSD', 'USDJPY'].map(instrument => `2014-05-13T12:00:00Z,${instrument},1,2`)
  writeFileSync(file, ['time,instrument,bid,ask', ...ticks, ''].join('\n'))
  await millrace(['import', file, '--topic', 'many', '--partitions', '2'], { home })
  const refused = async (...args: string[]): Promise<string> => (await millrace(args, { home })).stderr
  expect(await refused('backtest', 'mean-reversion', '--topic', 'many')).toContain(
    "CLI_TAPE: topic 'many' has rows in partitions 0, 1: only partition 0 would be stepped",
  )
  const record = ['record', 'many', '--out', out]
  for (const flags of [[], ['--partition', '2']])
    expect(await refused(...record, ...flags)).toContain("CLI_FLAG: topic 'many' has partitions 0, 1; expected")
  const rows = await Promise.all(
    ['0', '1'].map(async partition => {
      const part = ['record', 'many', '--out', `${out}${partition}`, '--partition', partition, '--json']
      return Number(documentOf(await millrace(part, { home })).rows)
    }),
  )
  expect(rows[0]! + rows[1]!).toBe(2 * ticks.length)
})

test('a file that is there stays until the new one is whole', async () => {
  const home = places.make()
  await millrace(['backtest', 'mean-reversion', '--rows', '1000'], { home })
  const [topic, out] = ['sample-mean-reverting-1000', join(home, 'kept.tape')]
  expect((await millrace(['record', topic, '--out', out], { home })).code).toBe(0)
  const kept = readFileSync(out)
  expect((await millrace(['record', topic, '--out', out, '--from', '2030-01-01'], { home })).code).toBe(2)
  const full = { home, shell: 'ulimit -f 8; trap "" XFSZ' }
  const refused = await millrace(['record', topic, '--out', out], full)
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('FILE_WRITE: cannot write')])
  expect(readFileSync(out).equals(kept)).toBe(true)
  expect(readdirSync(home).filter(name => name.startsWith('kept'))).toEqual(['kept.tape'])
})

test('says what is missing', async () => {
  const home = places.make()
  await millrace(['backtest', 'mean-reversion', '--rows', '1000'], { home })
  const nothing = await millrace(['record', 'nothing', '--out', join(home, 'x.tape')], { home })
  expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("no topic 'nothing'")])
  const upside = ['--from', '2024-01-02', '--to', '2024-01-01']
  const turned = await millrace(['record', 'nothing', '--out', join(home, 'x.tape'), ...upside], { home })
  expect(turned.stderr).toContain('CLI_FLAG: --from is before --to, found 2024-01-02 and 2024-01-01')
  const [out, topic] = [join(home, 'late.tape'), 'sample-mean-reverting-1000']
  const late = await millrace(['record', topic, '--out', out, '--from', '2030-01-01'], { home })
  expect([late.code, late.stderr]).toEqual([2, expect.stringContaining(`no row of ${topic} is in the range`)])
  expect(existsSync(out)).toBe(false)
})
