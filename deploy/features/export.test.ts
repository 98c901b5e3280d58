import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lineage } from '../../models/exported-rows.ts'
import { oracle } from '../../models/features/oracle.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'
import { readRows } from './read-rows.ts'

const { make, remove } = folders()
afterAll(remove)

const START = 1_704_067_200_000_000

/** Prints of two instruments, a few each minute, as CSV. */
const csvOf = (rows: number): string => {
  const lines = ['at,instrument,price,size,side']
  const prices = [1.1, 2000]
  for (let i = 0, at = START; i < rows; i++, at += 1 + ((i * 7919) % 9_000_000)) {
    const which = i % 3 === 0 ? 1 : 0
    prices[which]! *= 1 + Math.sin(i * 12.9898) / 2000
    const price = prices[which]!.toFixed(5)
    lines.push(`${at},${which === 0 ? 'EURUSD' : 'XAUUSD'},${price},${1 + (i % 7)},${i % 2 === 0 ? 'buy' : 'sell'}`)
  }
  return lines.join('\n')
}

const withTape = async (topic: string) => {
  const home = make()
  writeFileSync(join(home, 'prints.csv'), csvOf(6000))
  const run = (...args: readonly string[]) => millrace(args, { home })
  const asked = async (...args: readonly string[]) => {
    const done = await run(...args, '--json')
    expect(done, done.stderr).toMatchObject({ code: 0 })
    return documentOf(done)
  }
  await asked('import', 'prints.csv', '--topic', topic)
  return { home, run, asked }
}

const labels = ['fixed-horizon,horizon=5m', 'meta-label,horizon=15m,profit=3,stop=3,signal=-zScore,enter=1']
const flags = ['--out', 'rows.parquet', ...labels.flatMap(label => ['--label', label])]

describe('millrace features export', () => {
  let tape: Awaited<ReturnType<typeof withTape>>
  let exported: Record<string, unknown>
  beforeAll(async () => {
    tape = await withTape('prints')
    exported = await tape.asked('features', 'export', 'oracle', '--topic', 'prints', ...flags)
  })

  it('writes rows that are read back, with the digest that a run over the tape has', async () => {
    const path = join(tape.home, 'rows.parquet')
    const { lineage, at, knownAt, keys, labelNames } = await readRows(path)
    expect(exported).toMatchObject({ out: path, topic: 'prints', rows: at.length, rowGroups: 1, lineage })
    expect(exported.bytes).toBe(readFileSync(path).length)
    expect(at.length).toBeGreaterThan(1000)
    expect(new Set(keys)).toEqual(new Set(['EURUSD', 'XAUUSD']))
    expect(at.every((time, row) => knownAt[row]! > time)).toBe(true)
    expect(labelNames).toEqual(['fixedHorizonDirection', 'fixedHorizonChange', 'metaLabelDirection', 'metaLabelRight'])
    const { digests } = await tape.asked('backtest', 'ema-cross', '--topic', 'prints')
    const { input } = digests as { readonly input: string }
    expect((lineage as Lineage).tape.digests).toEqual([input])
    expect(lineage).toMatchObject({ version: '0.1.0', source: 'trades', set: { name: 'oracle', hash: oracle.hash } })
  })

  it('gives the same bytes in another place, under another name of the topic', async () => {
    const other = await withTape('other')
    await other.asked('features', 'export', 'oracle', '--topic', 'other', ...flags)
    const [ours, theirs] = [tape, other].map(({ home }) => readFileSync(join(home, 'rows.parquet')))
    expect(theirs).toEqual(ours)
  })

  it('says what it wrote, and takes a part of the tape', async () => {
    const call = ['features', 'export', 'oracle', '--topic', 'prints', '--to', '2024-01-01T04:00:00', '--out', 'part']
    const { stdout, code } = await tape.run(...call)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /part: [\d,]+ rows, [\d,]+ bytes, in \d+\.\d\d s\nset {6}oracle 1, 6 features, hash \w{32}\n/,
    )
    expect(stdout).toMatch(
      /\ntape {5}prints, [\d,]+ rows, digest \w{32}\ngraph {4}\w{32}\nlabels {3}none: see --label\n$/,
    )
    const part = await readRows(join(tape.home, 'part'))
    expect(part.lineage.tape).toMatchObject({ from: null, to: START + 4 * 3_600_000_000 })
    expect(part.knownAt.every(time => time < START + 4 * 3_600_000_000)).toBe(true)
  })

  it.each([
    [['export'], 'CLI_NAME: no feature set is named; there are: '],
    [
      ['export', 'oracel', '--topic', 'prints'],
      "CLI_NAME: no feature set 'oracel' (did you mean 'oracle'?); there are: ",
    ],
    [['export', 'oracle', '--out', 'no'], 'CLI_FLAG: features export needs --topic; see millrace features --help'],
    [['export', 'oracle', '--topic', 'print', '--out', 'no'], "CLI_NAME: no topic 'print' (did you mean 'prints'?)"],
    [
      ['export', 'oracle', '--topic', 'prints', '--out', 'no', '--label', labels[0]!, '--label', labels[0]!],
      "CLI_FLAG: two columns are called 'fixedHorizonDirection'; give a label a name: --label KIND,name=NAME",
    ],
    [['export', 'oracle', '--topic', 'prints', '--out', 'no/where'], 'FILE_WRITE: cannot write '],
    [['rsi', 'sma'], "CLI_FLAG: found 'sma' behind the name of one operator"],
  ])('refuses features %j', async (words, message) => {
    const { code, stderr, stdout } = await tape.run('features', ...words)
    expect(stderr).toContain(message)
    expect({ code: code === 0, stdout }).toEqual({ code: false, stdout: '' })
    expect(existsSync(join(tape.home, 'no'))).toBe(false)
  })

  it('refuses a topic that does not hold what the set is made from', async () => {
    writeFileSync(join(tape.home, 'eurusd.csv'), 'at,bid,ask\n1704067200000000,1.1,1.2\n')
    await tape.asked('import', 'eurusd.csv')
    const { stderr } = await tape.run('features', 'export', 'oracle', '--topic', 'eurusd', '--out', 'no')
    expect(stderr).toContain("CLI_NAME: oracle is made from trades, but topic 'eurusd' holds instrument, quote")
  })
})
