import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, expect, inject, test } from 'vitest'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const places = folders()
afterAll(places.remove)

test('A5: paper follows a topic of Kafka until Ctrl-C; a replay and a backtest give its digests', async () => {
  const home = places.make()
  const env = { MILLRACE_LOG: `kafka://${inject('kafka')}/${randomUUID()}` }
  const tape = join(home, 'live.tape')
  const sample = ['--regime', 'mean-reverting', '--rows', '20000', '--set', 'adxMax=60', '--json']
  const embedded = documentOf(await millrace(['backtest', 'mean-reversion', ...sample], { home }))
  await millrace(['record', String(embedded.topic), '--out', tape], { home })
  await millrace(['import', tape, '--log', env.MILLRACE_LOG], { home })

  const paper = ['paper', 'mean-reversion', '--topic', 'live', '--set', 'adxMax=60', '--name', 'desk', '--json']
  const done = await millrace(paper, {
    home,
    env,
    started: child =>
      child.stderr!.on('data', text => {
        if (String(text).includes('20,001 rows')) child.kill('SIGINT')
      }),
  })
  expect(done.code, done.stderr).toBe(0)
  expect(documentOf(done)).toMatchObject({ name: 'desk', status: 'drained', digests: embedded.digests })
  const replayed = await millrace(['replay', 'desk', '--log', env.MILLRACE_LOG, '--json'], { home })
  expect(JSON.parse(replayed.stdout), replayed.stderr).toMatchObject([{ equal: true }])
})
