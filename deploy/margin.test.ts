import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
const home = make()
afterAll(remove)

const asked = async (...args: readonly string[]) => {
  const done = await millrace([...args, '--json'], { home })
  expect(done, done.stderr).toMatchObject({ code: 0 })
  return documentOf(done)
}

it('an account on margin is called when it falls, and the run says so, replays and can be repeated', async () => {
  const start = Date.UTC(2014, 4, 12) / 1000
  const rows = Array.from({ length: 100 }, (_, i) => {
    const bid = (1.4 - i * 0.001).toFixed(4)
    return `${start + i * 60},${bid},${(Number(bid) + 0.0001).toFixed(4)}`
  })
  writeFileSync(join(home, 'eurusd.csv'), ['at,bid,ask', ...rows, ''].join('\n'))
  // 10,000 EUR want 700 USD to be opened, and 350 to be kept.
  const line = ['backtest', 'buy-and-hold', '--balance', '720', '--venue', 'leverage=20', '--report']
  const ran = await asked(...line, '--data', 'eurusd.csv')
  expect(ran).toMatchObject({ counts: { marginCalls: 1 }, fills: 2, trades: 1 })
  const [{ reason }] = ran.refusals as [{ reason: string }]
  expect(reason).toMatch(/^margin: with it positions want 680\.\d+ USD, the account is worth 3\d\d\.\d+ USD$/)
  const { runDir, digests } = ran as { readonly runDir: string; readonly digests: object }
  const read = (name: string) => readFileSync(join(runDir, name), 'utf8')
  expect(read('fills.csv').trim().split('\n').at(-1)).toMatch(/,sell,10,.*,margin-call-1$/)
  const report = read('report.html')
  expect(report).toContain('<dt>Margin calls</dt><dd class="">1</dd>')
  expect(report).toContain('--venue leverage=20')
  expect(await asked('replay', runDir)).toMatchObject({ equal: true, recorded: digests })
  expect((await asked(...line.slice(0, -1), '--topic', 'eurusd')).digests).toEqual(digests)
})
