import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { MillraceError } from '../../engine/errors.ts'
import { type ManualClock, manualClock } from '../../engine/testing/clock.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { type Logger, type LoggerOptions, logger } from './logger.ts'
import { REPEAT_MS } from './repeats.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-logger-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Told {
  readonly log: Logger
  readonly clock: ManualClock
  text(): Promise<string>
  lines(): Promise<Record<string, unknown>[]>
}

let files = 0
const open = (options: Partial<LoggerOptions> = {}): Told => {
  const to = join(folder, 'logs', `${files++}.log`)
  const clock = manualClock(1_400_000_000_123)
  const log = logger({ clock, component: 'millrace', to, ...options })
  const text = async (): Promise<string> => {
    await log.flush()
    return readFileSync(to, 'utf8')
  }
  const lines = async () =>
    (await text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
  return { log, clock, text, lines }
}

it('writes JSON with time, level, component, message and fields', async () => {
  const { log, lines } = open()
  log.info('order filled', { instrument: 'EURUSD', slippage: 0.3, lots: 2 })
  log.child('kafka').warn('rebalanced')
  const timestamp = '2014-05-13T16:53:20.123000Z'
  const fields = { instrument: 'EURUSD', slippage: 0.3, lots: 2 }
  expect(await lines()).toEqual([
    { timestamp, level: 'info', component: 'millrace', message: 'order filled', ...fields },
    { timestamp, level: 'warn', component: 'kafka', message: 'rebalanced' },
  ])
})

it('changes its level while it runs, for all its children', async () => {
  const { log, lines } = open({ level: 'warn' })
  const child = log.child('kafka')
  child.info('one')
  log.setLevel('debug')
  child.debug('two')
  child.setLevel('error')
  log.warn('three')
  log.error('four')
  expect((await lines()).map(({ message }) => message)).toEqual(['two', 'four'])
  expect(log.level()).toBe('error')
})

describe('fields', () => {
  const written = async (fields: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const { log, lines } = open()
    log.info('told', fields)
    const [{ timestamp, level, component, message, ...rest } = {}] = await lines()
    expect([timestamp, level, component, message]).toEqual([expect.any(String), 'info', 'millrace', 'told'])
    return rest
  }

  it('never take the place of what every line has', async () => {
    const taken = { level: 9, message: 'a', component: 'b', timestamp: 'c', repeated: 1 }
    const marked = { level_: 9, message_: 'a', component_: 'b', timestamp_: 'c', repeated_: 1 }
    expect(await written(taken)).toEqual(marked)
  })

  it('hide secrets at any depth, in names and in texts', async () => {
    const sasl = { username: 'desk', password: 'pa55', mechanism: 'plain' }
    const brokers = ['kafka://desk:pa55@one:9092', 'kafka://two:9092']
    const headers = new Map([['Authorization', 'Bearer abcdef123456']])
    expect(await written({ apiKey: 'k', options: { sasl, brokers, headers }, hasToken: true, token: null })).toEqual({
      apiKey: '***',
      options: {
        sasl: { username: 'desk', password: '***', mechanism: 'plain' },
        brokers: ['kafka://desk:***@one:9092', 'kafka://two:9092'],
        headers: { Authorization: '***' },
      },
      hasToken: true,
      token: null,
    })
  })

  it('may be of any kind', async () => {
    const ring: Record<string, unknown> = { name: 'ring' }
    ring.self = ring
    const trap = Object.defineProperty({}, 'value', { enumerable: true, get: () => JSON.parse('{') as unknown })
    const fields = { big: 2n ** 60n, bytes: new Uint8Array(3), day: new Date(0), not: new Date(Number.NaN), ring, trap }
    const more = {
      nan: Number.NaN,
      all: new Set([1, 2]),
      call: () => 1,
      url: new URL('http://a:b@c/'),
      none: undefined,
    }
    expect(await written({ ...fields, ...more })).toEqual({
      ...{ big: '1152921504606846976', bytes: '[3 bytes]', day: '1970-01-01T00:00:00.000Z', not: 'no date' },
      ...{ ring: { name: 'ring', self: '[circular]' }, trap: { value: '[unreadable]' } },
      ...{ nan: 'NaN', all: [1, 2], call: '() => 1', url: 'http://a:***@c/' },
    })
  })

  it('are bounded: long texts, long lists, deep records', async () => {
    const deep = { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }
    const { text, many, a } = await written({
      text: 'x'.repeat(100_000),
      a: deep,
      many: Array.from({ length: 9999 }, Number),
    })
    expect(String(text).length).toBe(8192 + 3)
    expect((many as unknown[]).length).toBeLessThan(510)
    expect((many as unknown[]).at(-1)).toMatch(/^\[9\d+ more\]$/)
    const texts = await written({ all: Array.from({ length: 400 }, () => 'x'.repeat(8192)) })
    expect(JSON.stringify(texts).length).toBeLessThan(70_000)
    expect(JSON.stringify(a)).toBe('{"a":{"a":{"a":{"a":{"a":"[deeper]"}}}}}')
  })

  it('that are errors tell code, remedy, stack and causes', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED to http://a:b@c'), { code: 'ECONNREFUSED' })
    const error = new MillraceError('LOG_IO', 'no answer', { cause })
    const told = (await written({ error })).error as Record<string, Record<string, unknown>>
    expect(told).toMatchObject({ code: 'LOG_IO', family: 'fault', message: 'no answer' })
    expect(told.cause).toMatchObject({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED to http://a:***@c' })
    expect(String(told.cause!.stack)).not.toContain('a:b@c')
  })
})

describe('warnings and errors that repeat', () => {
  it('are one line at once, and one with a count when their time is over', async () => {
    const { log, clock, lines } = open()
    for (let offset = 0; offset < 1000; offset++) log.error(`record ${offset} is refused`, { offset })
    log.error('something else')
    await clock.advance(REPEAT_MS)
    log.warn('later')
    log.error('record 1000 is refused', { offset: 1000 })
    expect((await lines()).map(({ message, offset, repeated }) => ({ message, offset, repeated }))).toEqual([
      { message: 'record 0 is refused', offset: 0 },
      { message: 'something else' },
      { message: 'record 999 is refused', offset: 999, repeated: 998 },
      { message: 'later' },
      { message: 'record 1000 is refused', offset: 1000 },
    ])
  })

  it('are told at the latest by a flush', async () => {
    const { log, lines } = open()
    for (let i = 0; i < 3; i++) log.warn('slow')
    expect((await lines()).map(({ repeated }) => repeated)).toEqual([undefined, 1])
  })

  it('are not mixed: other parts, levels and codes have lines of their own', async () => {
    const { log, lines } = open()
    const told = [log, log.child('kafka')].flatMap(one => [
      () => one.warn('away'),
      () => one.error('away'),
      () => one.error('away', { error: new MillraceError('LOG_IO', 'a') }),
      () => one.error('away', { error: new MillraceError('LOG_FENCED', 'a') }),
    ])
    for (const tell of told) tell()
    expect(await lines()).toHaveLength(told.length)
  })

  it('take bounded memory, and none of them is lost', async () => {
    const { log, lines } = open()
    const name = (i: number): string => [...String(i)].map(digit => 'abcdefghij'[Number(digit)]).join('')
    for (let i = 0; i < 1500; i++) for (let twice = 0; twice < 3; twice++) log.warn(name(i))
    const all = await lines()
    expect(all).toHaveLength(3000)
    expect(all.filter(({ repeated }) => repeated === 1)).toHaveLength(1500)
  })
})

it('loses lines rather than memory when the reader is too slow, and says how many', async () => {
  const { log, lines } = open()
  const text = 'x'.repeat(8000)
  for (let i = 0; i < 1500; i++) log.info('told', { text })
  await log.flush()
  const all = await lines()
  const lost = all.find(({ message }) => String(message).startsWith('lines were lost'))
  expect(all.length - 1 + Number(lost?.lines)).toBe(1500)
})

const child = (code: string): string[] => {
  const place = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)
  const head = `import { debugOnSignal, logger } from ${place('./logger.ts')}
import { systemClock } from ${place('../../engine/time/clock.ts')}
const log = logger({ clock: systemClock, component: 'child', to: 1 })
`
  return ['--input-type=module-typescript', '-e', head + code]
}

describe('in a process', () => {
  it.each([
    ['that comes to its end', ''],
    ['that exits', 'process.exit(3)'],
    ['that throws', 'setTimeout(() => { throw new Error() })'],
  ])('%s all lines are written', (_name, end) => {
    const { stdout } = spawnSync(
      process.execPath,
      child(`for (let i = 0; i < 5000; i++) log.info('line', { i })\n${end}`),
    )
    expect(stdout.toString().trim().split('\n')).toHaveLength(5000)
  })

  it.each([
    ['all lines are written to a file', join(folder, 'ended', 'at-once.log'), 10],
    ['nothing is said of a file that cannot be', join(folder, 'none', '\0'), 0],
  ])('that exits at once, %s', (_name, to, count) => {
    const code = child(`const own = logger({ clock: systemClock, component: 'child', to: ${JSON.stringify(to)} })
for (let i = 0; i < 10; i++) own.info('line', { i })
process.exit(3)`)
    const { status, stderr } = spawnSync(process.execPath, code)
    expect([status, stderr.toString()]).toEqual([3, ''])
    expect(count === 0 ? 0 : readFileSync(to, 'utf8').trim().split('\n').length).toBe(count)
  })

  it('a reader that has gone away ends nothing and holds nothing up', async () => {
    const code = `process.stdin.once('data', async () => {
  for (let i = 0; i < 5000; i++) log.info('line', { i })
  await log.flush()
  process.exit(7)
})`
    const running = spawn(process.execPath, child(code), { stdio: ['pipe', 'pipe', 'inherit'] })
    running.stdout.destroy()
    running.stdin.write('go')
    expect(await once(running, 'exit')).toEqual([7, null])
  })

  it('SIGUSR2 turns debug lines on and off', async () => {
    const code = `debugOnSignal(log)
process.on('SIGUSR2', () => { log.debug('heard'); log.info('told') })
log.info('ready')
setInterval(() => undefined, 1000)`
    const running = spawn(process.execPath, child(code), { stdio: ['ignore', 'pipe', 'inherit'] })
    const heard: string[] = []
    for await (const chunk of running.stdout) {
      const messages = String(chunk)
        .trim()
        .split('\n')
        .map(line => (JSON.parse(line) as { message: string }).message)
      heard.push(...messages)
      if (heard.filter(message => message === 'told').length === 3) running.kill('SIGKILL')
      else if (messages.some(message => message !== 'heard')) running.kill('SIGUSR2')
    }
    expect(heard).toEqual(['ready', 'heard', 'told', 'told', 'heard', 'told'])
  })
})

describe('for people', () => {
  it('a line is time, level, part, message and fields; a stack stands below', async () => {
    const { log, text } = open({ form: 'readable' })
    log.info('order filled', { instrument: 'EURUSD', side: 'buy', reason: 'z is 2.3', parts: [1] })
    const error = new MillraceError('LOG_IO', 'no answer', { cause: new Error('refused') })
    log.child('kafka').error('commit failed', { error })
    const [first, second, ...stack] = (await text()).trim().split('\n')
    expect(first).toBe(
      '16:53:20.123 INFO  millrace  order filled  instrument=EURUSD side=buy reason="z is 2.3" parts=[1]',
    )
    expect(second).toBe('16:53:20.123 ERROR kafka  commit failed  error="LOG_IO: no answer < refused"')
    expect(stack.length).toBeGreaterThan(0)
    expect(stack.every(line => line.startsWith('    at '))).toBe(true)
  })

  it('the level has a colour where there are colours', async () => {
    const { log, text } = open({ form: 'readable', hasColour: true })
    log.warn('slow')
    expect(await text()).toBe('16:53:20.123 \u001B[33mWARN \u001B[0m millrace  slow\n')
  })
})

it('a line costs microseconds', async () => {
  const { log } = open({ clock: systemClock })
  const before = process.cpuUsage()
  for (let i = 0; i < 2000; i++) log.info('order filled', { instrument: 'EURUSD', slippage: 0.3, lots: i })
  expect(process.cpuUsage(before).user / 2000).toBeLessThan(200)
})
