import { existsSync } from 'node:fs'
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
