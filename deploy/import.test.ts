import { type ChildProcess, execFileSync } from 'node:child_process'
import { copyFileSync, createWriteStream, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLmdbLog } from '../connectors/lmdb/lmdb-log.ts'
import { writeParquet } from '../connectors/parquet/write.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { blockOf, rowOf } from '../engine/log/build.ts'
import { memoryLog } from '../engine/log/memory.ts'
import { recordTape } from './tapes.ts'
import { documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
afterAll(remove)

/** The rows of a sample market as CSV. */
const csvOf = (rows: number): string => {
  const lines = ['at,bid,ask']
  for (const block of sampleMarket({ rows }).blocks()) {
    for (let row = 0; row < block.count; row++) {
      const { at, bid, ask } = rowOf(block, row)
      lines.push(`${at},${bid},${ask}`)
    }
  }
  return lines.join('\n')
}

/** A home folder with a file of quotes in it. */
const withFile = (rows = 1000, name = 'eurusd-2024.csv') => {
  const home = make()
  const file = join(home, name)
  writeFileSync(file, csvOf(rows))
  const run = (...args: readonly string[]) => millrace(args, { home })
  const asked = async (...args: readonly string[]) => {
    const done = await run(...args, '--json')
    expect(done, done.stderr).toMatchObject({ code: 0 })
    return documentOf(done)
  }
  const topics = async () => Object.values(await asked('topics')) as unknown as readonly Record<string, unknown>[]
  return { home, file, run, asked, topics }
}

describe('an import', () => {
  const { home, file, run, asked, topics } = withFile()
  let first: Readonly<Record<string, unknown>>
  beforeAll(async () => {
    first = await asked('import', file)
  })

  it('makes a topic of the name of the file, with the definition of the instrument ahead', async () => {
    expect(first).toMatchObject({ topic: 'eurusd-2024', state: 'whole', rows: 1000, isNew: true, rejects: null })
    expect(await topics()).toMatchObject([{ topic: 'eurusd-2024', schema: 'instrument+quote', rows: 1001, end: 2 }])
  })

  it('says which instrument it took the file for', async () => {
    const { stdout } = await run('import', file, '--topic', 'said')
    expect(stdout).toContain('instrument EURUSD, from the name of the file (tick 0.00001, lot 1000, fee 0.2 bps)')
    expect((await run('import', file, '--topic', 'told', '--instrument', 'EURUSD')).stdout).not.toContain(
      'from the name',
    )
  })

  it('of the same bytes and options is there already, wherever they lie', async () => {
    const copy = join(home, 'eurusd-2024.copy.csv')
    copyFileSync(file, copy)
    const { tape: _tape, ...same } = { ...first, isNew: false, seconds: expect.any(Number) } as Record<string, unknown>
    expect(await asked('import', file)).toEqual(same)
    expect(await asked('import', copy, '--topic', 'eurusd-2024')).toEqual(same)
    expect((await run('import', file)).stdout).toContain('topic eurusd-2024 has it: the same 1,000 rows')
  })

  it('of the same file with other options is another topic', async () => {
    const other = await asked('import', file, '--zone', 'UTC-5')
    expect(other.topic).toBe(`eurusd-2024-${String(other.print).slice(0, 6)}`)
    expect(await asked('import', file, '--zone', 'UTC-5')).toMatchObject({ topic: other.topic, isNew: false })
  })

  it.each(['../x', '', 'a b'])('has a name that a log takes, not %j', async name => {
    const { code, stderr } = await run('import', file, '--topic', name)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(`CLI_FLAG: --topic is 1 to 249 of A-Z a-z 0-9 . _ -, found '${name}'`),
    })
  })

  it('does not write over another one, unless it is told to', async () => {
    const other = withFile(500)
    const call = ['import', other.file, '--topic', 'said']
    const { code, stderr } = await run(...call)
    expect(stderr).toContain(`CLI_TAKEN: topic 'said' holds ${file}, or was read with other options`)
    expect(code).toBe(2)
    expect(await asked(...call, '--replace')).toMatchObject({ topic: 'said', rows: 500, isNew: true })
    expect((await run('import', file, '--topic', 'tapes', '--replace')).stderr).toContain('CLI_TAKEN')
  })

  it('is made by a backtest that names the file, once', async () => {
    const call = ['backtest', 'mean-reversion', '--data', file]
    expect(await asked(...call)).toMatchObject({ topic: 'eurusd-2024', ticks: 1000 })
    const { stderr } = await run(...call, '--unit', 'us')
    expect(stderr).toMatch(/recorded 1,000 rows as topic eurusd-2024-[0-9a-f]{6}\n/)
  })
})

it('a file of several instruments defines each where it first appears, and refuses those nobody knows', async () => {
  const { home, run, asked } = withFile()
  const file = join(home, 'mixed.csv')
  const rows = Array.from({ length: 5000 }, (_, i) => `${1_400_000_000 + i},${i < 4500 ? 'EURUSD' : 'GBPUSD'},1.1,1.2`)
  writeFileSync(file, ['time,symbol,bid,ask', '1400000000,NOBODY,1,2', ...rows].join('\n'))
  expect(await asked('import', file)).toMatchObject({ rows: 5000, counts: { 'refused: unknown-instrument': 1 } })
  const log = await openLmdbLog({ path: join(home, 'log'), readOnly: true })
  const kinds: string[] = []
  for await (const { block } of log.read('mixed', 0, 0)) kinds.push(`${block.schema.name} ${block.keys}`)
  await log.close()
  expect(kinds).toEqual(['instrument EURUSD', 'quote EURUSD', 'instrument GBPUSD', 'quote EURUSD,GBPUSD'])
  expect((await run('import', file)).stdout).toContain('has it')
})

it('a Parquet file is imported as the CSV of its columns is', async () => {
  const { home, file, asked, run } = withFile()
  const { digest } = await asked('import', file)
  const names = ['at', 'bid', 'ask'] as const
  const rows = csvOf(1000).split('\n').slice(1)
  const columns = names.map((_, i) => Float64Array.from(rows, row => Number(row.split(',')[i])))
  const types = names.map((name, i) => ({ name, type: i === 0 ? 'time' : 'f64' }) as const)
  await writeParquet(join(home, 'eurusd.parquet'), { columns: types }, [columns])
  expect(await asked('import', 'eurusd.parquet')).toMatchObject({ topic: 'eurusd', rows: 1000, digest, rejects: null })
  expect((await run('import', 'eurusd.parquet')).stdout).toContain('topic eurusd has it: the same 1,000 rows')
  writeFileSync(join(home, 'cut.parquet'), readFileSync(join(home, 'eurusd.parquet')).subarray(0, -9))
  expect((await run('import', 'cut.parquet')).stderr).toMatch(/FILE_TRUNCATED: cut.parquet: .* before its end/)
})

it('a topic that another program wrote is run too, and is never dropped', async () => {
  const { home, file, run, asked, topics } = withFile()
  await asked('import', file)
  const log = await openLmdbLog({ path: join(home, 'log') })
  for await (const { block } of log.read('eurusd-2024', 0, 0)) await log.append('theirs', 0, [block])
  await log.append('odd', 0, [blockOf({ id: 99, name: 'odd', fields: [] }, [{ key: 'a', at: 1 }])])
  await log.close()
  expect(await topics()).toMatchObject([{ state: 'whole' }, { topic: 'odd' }, { topic: 'theirs', state: 'foreign' }])
  const [ours, theirs] = await Promise.all(
    ['eurusd-2024', 'theirs'].map(topic => asked('backtest', 'ema-cross', '--topic', topic, '--set', 'barMs=1000')),
  )
  expect(theirs!.digests).toEqual(ours!.digests)
  expect((await run('import', file, '--topic', 'theirs')).stderr).toContain('CLI_TAKEN')
  expect((await run('backtest', 'ema-cross', '--topic', 'odd')).stderr).toContain(
    "CLI_TAPE: topic 'odd' does not begin with the definition of an instrument",
  )
})

describe('an import that is cut off', () => {
  const ROWS = 100_000
  const whole = withFile(ROWS)
  let digest: unknown
  beforeAll(async () => {
    digest = (await whole.asked('import', whole.file)).digest
  })

  /** Imports the file through a pipe and sends the signal when so many records are there and more must come. */
  const cut = async (signal: NodeJS.Signals, records: number) => {
    const home = make()
    const pipe = join(home, 'eurusd-2024.csv')
    execFileSync('mkfifo', [pipe])
    const feed = createWriteStream(pipe)
    feed.on('error', () => undefined).write(readFileSync(whole.file))
    const started = async (child: ChildProcess): Promise<void> => {
      while ((await recordsIn(home)) < records) await setTimeout(5)
      child.kill(signal)
      if (signal !== 'SIGKILL') feed.end()
    }
    const done = await millrace(['import', pipe], { home, started: child => void started(child) })
    feed.destroy()
    const run = (...args: readonly string[]) => millrace(args, { home })
    return { done, run, again: () => run('import', whole.file, '--json') }
  }

  it.each([1, 9, 20])('by a kill at record %i never looks whole, and is made anew', async records => {
    const { done, run, again } = await cut('SIGKILL', records)
    expect(done.code, done.stderr).toBe(null)
    const { code, stderr } = await run('backtest', 'ema-cross', '--topic', 'eurusd-2024', '--json')
    expect(stderr).toContain("CLI_TAPE: topic 'eurusd-2024' is half a tape: the import of ")
    expect(code).toBe(1)
    expect((await run('topics')).stdout).toContain('CUT OFF, import it again')
    expect((await run('doctor')).stdout).toMatch(/warn {2}tapes .*import again what was cut off: eurusd-2024/)
    expect(documentOf(await again())).toMatchObject({ topic: 'eurusd-2024', rows: ROWS, state: 'whole', digest })
  })

  it('by Ctrl-C before its first row is told as that, and what the topic held stays', async () => {
    const log = memoryLog()
    const tape = { topic: 't', source: 'f.csv', print: 'p', define: null, counts: () => ({}), partitions: 1 }
    await recordTape(log, { ...tape, blocks: sampleMarket({ rows: 10 }).blocks() }, new AbortController().signal)
    await expect(recordTape(log, { ...tape, blocks: [] }, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CLI_TAPE',
      message: 'the import of f.csv was stopped: nothing of it is kept',
    })
    expect(await log.end('t', 0)).toBe(1)
  })

  it('by Ctrl-C keeps nothing of it', async () => {
    const { done, run, again } = await cut('SIGINT', 9)
    expect(done.stderr).toMatch(/CLI_TAPE: the import of .*eurusd-2024.csv was stopped: nothing of it is kept/)
    expect(done).toMatchObject({ code: 1, stdout: '' })
    expect((await run('topics')).stdout).toBe('no topics yet: millrace import FILE, or npm start\n')
    expect(documentOf(await again())).toMatchObject({ rows: ROWS, isNew: true, digest })
  })
})

const recordsIn = async (home: string): Promise<number> => {
  const log = await openLmdbLog({ path: join(home, 'log'), readOnly: true }).catch(() => null)
  const end = (await log?.end('eurusd-2024', 0)) ?? 0
  await log?.close()
  return end
}
