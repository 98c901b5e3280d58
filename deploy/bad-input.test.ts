import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Done, documentOf, folders, millrace } from './testing/millrace.ts'

const { make, remove } = folders()
afterAll(remove)

const HEADER = 'time,bid,ask'
/** A quote a second, from noon on. */
const quote = (second: number, bid: string | number = 1.1, ask: string | number = 1.1002): string =>
  `2014-05-01T12:00:${String(second).padStart(2, '0')}Z,${bid},${ask}`
const good = Array.from({ length: 20 }, (_, i) => quote(i))

/** A home folder with one file in it; `import` of that file. */
const imported = async (lines: readonly string[] | Uint8Array, flags: readonly string[] = [], name = 'eurusd.csv') => {
  const home = make()
  const file = join(home, name)
  writeFileSync(file, lines instanceof Uint8Array ? lines : `${lines.join('\n')}\n`)
  const end = await millrace(['import', file, '--topic', 't', ...flags], { home })
  return { home, file, end, topics: () => rowsByTopic(home) }
}

const rowsByTopic = async (home: string): Promise<Record<string, unknown>> => {
  const end = await millrace(['topics', '--json'], { home })
  const topics = JSON.parse(end.stdout) as { topic: string; rows: number }[]
  return Object.fromEntries(topics.map(({ topic, rows }) => [topic, rows]))
}

const expectEnd = (end: Done, code: number, ...parts: readonly (string | RegExp)[]): void => {
  expect(end.code, end.stderr).toBe(code)
  for (const part of parts) expect(end.stderr).toMatch(part)
}

/** What people read: one code, one sentence or two, what to do; no stack. */
const expectMessage = (end: Done, code: number, ...parts: readonly (string | RegExp)[]): void => {
  expectEnd(end, code, ...parts)
  expect(end.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
  expect(end.stderr.trim().split('\n').length).toBeLessThanOrEqual(5)
}

describe('a file', () => {
  test('whose gzip breaks off: the rows before the break are kept', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, i) => `${1_400_000_000 + i},${1 + (i % 97) / 1000},${1.2 + (i % 89) / 1000}`,
    )
    const whole = gzipSync([HEADER, ...lines].join('\n'))
    const { end, topics } = await imported(whole.subarray(0, whole.length / 2), [], 'eurusd.csv.gz')
    expectMessage(
      end,
      1,
      'FILE_TRUNCATED',
      /eurusd\.csv\.gz: the gzip data breaks off at byte \d+/,
      /the \d+ rows before are kept/,
      'fetch the file again',
    )
    const kept = Number(/the (\d+) rows before are kept/.exec(end.stderr)![1])
    expect(kept).toBeGreaterThan(1000)
    // and the definition of the instrument
    expect(await topics()).toEqual({ t: kept + 1 })
  })

  test('with a header that names no bid: nothing is made', async () => {
    const { end, topics } = await imported(['when,price_a,price_b', ...good])
    expectMessage(end, 2, 'FILE_HEADER', 'when', '--columns')
    expect(await topics()).toEqual({})
  })

  test('with times that fall back, are twice the same, NaN, negative and zero prices: the rest is taken', async () => {
    const odd = [
      quote(5),
      quote(19),
      quote(20, 'NaN'),
      quote(21, -1.1),
      quote(22, 0),
      quote(23, 'x'),
      quote(24, 1.1, ''),
    ]
    const { end, home, topics } = await imported([HEADER, ...good, ...odd, quote(30)], ['--json'])
    expect(end.code, end.stderr).toBe(0)
    const {
      counts,
      rows,
      rejects: rejectsFile,
    } = documentOf(end) as {
      counts: Record<string, number>
      rows: number
      rejects: string
    }
    // The twin of second 19 is in order: an equal time is not behind.
    expect(rows).toBe(22)
    expect(counts).toMatchObject({
      refused: 6,
      duplicate: 1,
      'refused: out-of-order': 1,
      'refused: bad-price': 2,
      'refused: bad-number': 3,
    })
    expect(await topics()).toEqual({ t: 23 })
    const rejects = readFileSync(rejectsFile, 'utf8').trim().split('\n')
    expect(rejectsFile).toBe(join(home, 'rejects', 't.csv'))
    expect(rejects[0]).toBe('line,reason,outcome,row')
    expect(rejects[1]).toBe(`22,out-of-order,refused,"${quote(5)}"`)
    expect(rejects).toHaveLength(7)
  })

  test('read with --strict: stops at the first bad row and names its line', async () => {
    const { end, topics } = await imported([HEADER, ...good, quote(21, -1.1), quote(22)], ['--strict'])
    expectMessage(end, 1, 'FILE_ROW', 'eurusd.csv:22', /above zero/)
    expect(await topics()).not.toEqual({ t: 22 })
  })

  test('that keeps nothing leaves no rejects behind', async () => {
    const flags = ['--strict', '--duplicates', 'mark']
    const { end, home } = await imported([HEADER, ...good, good.at(-1)!, quote(21, -1.1)], flags)
    expectMessage(end, 1, 'FILE_ROW', 'eurusd.csv:23', /above zero/)
    expect(readdirSync(join(home, 'rejects'))).toEqual([])
  })

  test('without one row that could be taken: a message, and no topic', async () => {
    const { end, topics } = await imported([HEADER, quote(1, -1), quote(2, 'NaN')])
    expectMessage(end, 1, /FILE_ROWS: .*no row of it could be taken: 1 refused: bad-number, 1 refused: bad-price/)
    expect(await topics()).toEqual({})
  })

  test('of bars with a high below the low: the rule is named', async () => {
    const bars = ['time,open,high,low,close', '2024-01-02 10:00:00,10,9,11,10']
    expectMessage((await imported(bars)).end, 1, /no row of it could be taken: 1 refused: bad-bar/)
  })

  test('of an instrument without a definition: asks for its tick size, and takes it', async () => {
    const { end, home, file } = await imported([HEADER, ...good], [], 'zzzqqq.csv')
    expectMessage(end, 2, 'INSTRUMENT_UNKNOWN', 'ZZZQQQ', '--tick 0.01')
    const again = await millrace(['import', file, '--topic', 't', '--tick', '0.0001'], { home })
    expect(again.code, again.stderr).toBe(0)
  })

  test('that is missing, a folder, empty, or of another format', async () => {
    const { home } = await imported([HEADER, ...good])
    writeFileSync(join(home, 'empty.csv'), '')
    writeFileSync(join(home, 'book.zip'), 'PK\x03\x04 and so on')
    const of = (name: string) => millrace(['import', join(home, name), '--topic', 't', '--replace'], { home })
    expectMessage(await of('eurusdd.csv'), 2, 'FILE_MISSING', 'near it: eurusd.csv')
    expectMessage(await of('.'), 2, 'FILE_MISSING', 'is a folder')
    expectMessage(await of('empty.csv'), 1, 'FILE_EMPTY', '0 bytes')
    expectMessage(await of('book.zip'), 2, 'FILE_FORMAT', 'zip archive')
    expect(await rowsByTopic(home), 'a bad file under the name of a good topic leaves it alone').toEqual({ t: 21 })
  })
})

const SAMPLE = ['--rows', '400000', '--regime', 'mean-reverting']
const TOPIC = 'sample-mean-reverting-400000'
const TRADING = ['--set', 'window=100', '--set', 'adxMax=60']

/** A home folder with a sample market as a tape, and the run that made it. Copied by who damages it. */
let whole: { readonly home: string; readonly digests: unknown }
beforeAll(async () => {
  const home = make()
  const end = await millrace(
    ['backtest', 'mean-reversion', ...SAMPLE, ...TRADING, '--out', join(home, 'run'), '--json'],
    { home },
  )
  whole = { home, digests: documentOf(end).digests }
})

const copied = (...parts: readonly string[]): string => {
  const home = make()
  for (const part of parts) {
    const folder = join(home, part)
    mkdirSync(folder, { recursive: true })
    copyFileSync(join(whole.home, part, 'data.mdb'), join(folder, 'data.mdb'))
  }
  return home
}

const PAGE = 4096
const PAGE_HEADER = 24

/**
 * Where the records begin that have pages of their own. A small one shares a page of the tree with others, which
 * would be damaged with it; where those lie hangs on how the writes fell together.
 */
const placesIn = (file: string): number[] => {
  const bytes = readFileSync(file)
  const places: number[] = []
  for (let place = bytes.indexOf('MRBK'); place >= 0; place = bytes.indexOf('MRBK', place + 1))
    if (place % PAGE === PAGE_HEADER) places.push(place)
  expect(places.length).toBeGreaterThan(10)
  return places
}

const damage = (file: string, places: readonly number[], change: (record: Buffer) => void): void => {
  const bytes = readFileSync(file)
  for (const place of places) change(bytes.subarray(place, place + PAGE - PAGE_HEADER))
  writeFileSync(file, bytes)
}

const flipBit = (record: Buffer): void => {
  record[1000]! ^= 4
}

const backtest = (home: string, ...flags: readonly string[]) =>
  millrace(['backtest', 'mean-reversion', ...TRADING, '--out', join(home, 'run'), '--json', ...flags], { home })

describe('a tape', () => {
  test.each([
    ['one bit of a block', flipBit],
    ['a page of zeros', (record: Buffer) => record.fill(0)],
  ])(
    'with %s: the run stops there and says where; it is kept, and goes on when the tape is mended',
    async (_, change) => {
      const home = copied('log')
      const file = join(home, 'log', 'data.mdb')
      damage(file, [placesIn(file)[60]!], change)
      const end = await backtest(home, '--topic', TOPIC)
      expectMessage(end, 1, 'LOG_CORRUPT', new RegExp(`${TOPIC}/0/\\d+: `), '--resume')
      expect(documentOf(end)).toMatchObject({ error: { code: 'LOG_CORRUPT' } })
      copyFileSync(join(whole.home, 'log', 'data.mdb'), file)
      const resumed = await backtest(home, '--resume', join(home, 'run'))
      expect(resumed.code, resumed.stderr).toBe(0)
      expect(documentOf(resumed).digests).toEqual(whole.digests)
    },
  )

  test('that is damaged leaves the other topics alone', async () => {
    const home = copied('log')
    const csv = join(home, 'eurusd.csv')
    writeFileSync(csv, `${[HEADER, ...good].join('\n')}\n`)
    const data = join(home, 'log', 'data.mdb')
    // Looked up before the other topic comes, whose records may lie anywhere.
    const place = placesIn(data)[60]!
    expect((await millrace(['import', csv, '--topic', 'other'], { home })).code).toBe(0)
    damage(data, [place], record => record.fill(0))
    expect((await backtest(home, '--topic', 'other')).code).toBe(0)
    expect((await millrace(['topics'], { home })).code).toBe(0)
  })

  test('whose file was cut, or is none of LMDB', async () => {
    const home = copied('log')
    const file = join(home, 'log', 'data.mdb')
    truncateSync(file, 300 * 1024)
    for (const verb of [['topics'], ['backtest', 'mean-reversion', '--topic', TOPIC]])
      expectMessage(await millrace(verb, { home }), 1, 'LOG_CORRUPT', /data\.mdb was cut: it has 307200 bytes/)
    writeFileSync(file, 'these are my notes\n'.repeat(1000))
    expectMessage(await millrace(['topics'], { home }), 1, 'LOG_CORRUPT', 'no LMDB file')
  })
})

test('a run log with damaged blocks: replay names the first it needs', async () => {
  const home = copied('log', 'run/log')
  copyFileSync(join(whole.home, 'run', 'manifest.json'), join(home, 'run', 'manifest.json'))
  expect((await millrace(['replay', join(home, 'run')], { home })).code).toBe(0)
  const log = join(home, 'run', 'log', 'data.mdb')
  damage(log, placesIn(log), flipBit)
  expectMessage(await millrace(['replay', join(home, 'run')], { home }), 1, 'LOG_CORRUPT', /\w+\/0\/\d+: /)
})

test('a tape recorded again from other bytes: neither replay nor --resume takes it for the old one', async () => {
  const { home, file } = await imported([HEADER, ...good])
  const run = join(home, 'run')
  expect(await backtest(home, '--topic', 't')).toMatchObject({ code: 0 })
  writeFileSync(file, `${[HEADER, ...good.slice(0, -1), quote(19, 1.0999)].join('\n')}\n`)
  expect(await millrace(['import', file, '--topic', 't', '--replace'], { home })).toMatchObject({ code: 0 })
  const again = [
    ['replay', run],
    ['backtest', '--resume', run],
  ]
  for (const verb of again)
    expectMessage(await millrace(verb, { home }), 1, 'CLI_TAPE', "topic 't' has changed since the run began")
  writeFileSync(file, `${[HEADER, ...good].join('\n')}\n`)
  expect(await millrace(['import', file, '--topic', 't', '--replace'], { home })).toMatchObject({ code: 0 })
  for (const verb of again) expect(await millrace(verb, { home })).toMatchObject({ code: 0 })
})

test('a manifest of something else is no run', async () => {
  const home = copied('log')
  mkdirSync(join(home, 'run'))
  writeFileSync(join(home, 'run', 'manifest.json'), '{"name":"my app"}')
  for (const verb of [
    ['replay', join(home, 'run')],
    ['backtest', '--resume', join(home, 'run')],
  ])
    expectMessage(await millrace(verb, { home }), 1, 'CLI_RUN', /does not tell the strategy and the tape/)
})

test('flags that say how to read a file, without a file, are refused', async () => {
  const end = await backtest(copied('log'), '--topic', TOPIC, '--zone', 'UTC-5')
  expectMessage(end, 2, 'CLI_FLAG', `--zone says how to read a file, but the ticks come from ${TOPIC}`)
})

/** In blocks of 512 bytes. */
const fileLimit = (kilobytes: number) => `ulimit -f ${kilobytes * 2}`

/** What a full disk says of itself, and what is said when it says nothing. */
const FULL = /File too large|EFBIG|Input\/output error|the disk did not keep it|the disk failed/

describe('a full disk', () => {
  test('while a tape is made: nothing of it is taken for whole, and with room it is made anew', async () => {
    const home = make()
    const args = ['backtest', 'mean-reversion', ...SAMPLE, ...TRADING, '--out', join(home, 'run'), '--json']
    const end = await millrace(args, { home, shell: fileLimit(2000) })
    expectEnd(end, 1, 'LOG_IO', FULL, 'make room')
    expectMessage(await backtest(home, '--topic', TOPIC), 1, 'CLI_TAPE', TOPIC)
    const again = await millrace(args, { home })
    expect(again.code, again.stderr).toBe(0)
    expect(documentOf(again).digests).toEqual(whole.digests)
  })

  test('while a run writes: what was committed is kept, and it goes on when there is room', async () => {
    const home = copied('log')
    const end = await millrace(
      ['backtest', 'mean-reversion', ...TRADING, '--topic', TOPIC, '--out', join(home, 'run'), '--json'],
      { home, shell: fileLimit(100) },
    )
    expectEnd(end, 1, /LOG_IO|CLI_FOLDER/, FULL, '--resume')
    const resumed = await backtest(home, '--resume', join(home, 'run'))
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(documentOf(resumed).digests).toEqual(whole.digests)
  })
})

describe('a folder that cannot be written', () => {
  test('as home', async () => {
    const file = join(make(), 'file')
    writeFileSync(file, '')
    for (const home of [join(file, 'home'), '/proc/millrace']) {
      const of = (...args: string[]) => millrace(args, { home, cwd: whole.home })
      expectMessage(await of('backtest', 'mean-reversion', ...SAMPLE), 1, home)
      expectMessage(await of('demo'), 1, home)
      expect(await of('doctor')).toMatchObject({ code: 1 })
      expect(await of('graph', 'mean-reversion')).toMatchObject({ code: 0 })
    }
  })

  test('as run folder', async () => {
    const home = copied('log')
    writeFileSync(join(home, 'file'), '')
    for (const out of [join(home, 'file'), join(home, 'file', 'run'), '/proc/run']) {
      const end = await millrace(['backtest', 'mean-reversion', '--topic', TOPIC, '--out', out], { home })
      expectMessage(end, end.code!, out)
      expect(end.code).not.toBe(0)
    }
  })
})

describe('what runs on Kafka, asked for in a wrong way', () => {
  const log = ['--log', 'kafka://127.0.0.1:9']
  test.each([
    [['run', 'mean-reversion', ...log, '--name', 'a b/c'], /CLI_FLAG: --name is 1 to 100 of .*, found 'a b\/c'/],
    [['run', 'mean-reversion', ...log, '--name', ''], /CLI_FLAG: --name is 1 to 100 of .*, found ''/],
    [
      ['run', 'mean-reversion', ...log, '--topic', 't', '--partitions', '3'],
      /CLI_FLAG: --partitions is of a topic that/,
    ],
    [['topics', '--group', 'desk'], /CLI_FLAG: consumer groups are of Kafka; expected: --group NAME --log kafka:/],
  ])('%j', async (args, sentence) => expectMessage(await millrace(args, { home: make() }), 2, sentence))

  test('a record of a server that was cut off is told by its path', async () => {
    const home = make()
    const path = join(home, 'services', 'kafka', 'service.json')
    mkdirSync(join(path, '..'), { recursive: true })
    for (const text of ['{"type":"proc', '', '{"name":"Kafka"}']) {
      writeFileSync(path, text)
      for (const verb of ['up', 'down', 'status'])
        expectMessage(
          await millrace([verb], { home }),
          1,
          `SERVICE_RECORD: ${path} does not say what runs there, found "`,
        )
    }
  })
})
