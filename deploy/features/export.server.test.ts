import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, inject, it } from 'vitest'
import { folders, millrace } from '../testing/millrace.ts'
import { readRows } from './read-rows.ts'

const { make, remove } = folders()
afterAll(remove)

const keys = ['EURUSD', 'GBPUSD', 'XAUUSD', 'BTCUSDT']

/** Prints of four instruments, as CSV. */
const prints = Array.from({ length: 4000 }, (_, i) => {
  const [at, price] = [1_704_067_200_000_000 + i * 4_000_003, (1 + Math.sin(i / 50) / 100).toFixed(5)]
  return [at, keys[i % 4], price, 1 + (i % 5), i % 2 === 0 ? 'buy' : 'sell'].join()
})

it('rows from Kafka have the bytes of those from the embedded log, and one digest per partition', async () => {
  const home = make()
  writeFileSync(join(home, 'prints.csv'), ['at,instrument,price,size,side', ...prints].join('\n'))
  const [one, two] = [randomUUID(), randomUUID()].map(prefix => ['--log', `kafka://${inject('kafka')}/${prefix}`])
  const run = async (...args: readonly string[]) => {
    const done = await millrace(args, { home })
    expect(done, done.stderr).toMatchObject({ code: 0 })
  }
  const label = ['--label', 'fixed-horizon,horizon=5m']
  for (const [name, ...log] of [['home'], ['one', ...one!], ['two', ...two!, '--partitions', '2']]) {
    await run('import', 'prints.csv', '--topic', 'prints', ...log)
    const from = log.slice(0, 2)
    await run('features', 'export', 'oracle', '--topic', 'prints', '--out', name!, ...label, ...from)
  }
  expect(readFileSync(join(home, 'one'))).toEqual(readFileSync(join(home, 'home')))
  const [ours, theirs] = [await readRows(join(home, 'home')), await readRows(join(home, 'two'))]
  expect(ours.at.length).toBeGreaterThan(1000)
  expect(theirs.lineage.tape.digests).toHaveLength(2)
  expect({ ...theirs, lineage: null }).toEqual({ ...ours, lineage: null })
})
