import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { memoryLog } from '../../engine/log/memory.ts'
import { currency } from '../../engine/market/cash.ts'
import { minor } from '../../engine/market/units.ts'
import type { RunObservation, SinkObservation } from '../../engine/run/observe.ts'
import { runStrategy } from '../../engine/run/run-strategy.ts'
import { manualClock } from '../../engine/testing/clock.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import { metrics } from '../metrics/metrics.ts'
import { paperVenue } from '../paper/venue.ts'
import { runCheck, sinkCheck } from './checks.ts'
import { type HealthOptions, type HealthServer, healthServer } from './health.ts'

const text = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'up 1\n' }

const servers: HealthServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const serve = async (options: Partial<HealthOptions> = {}): Promise<HealthServer> => {
  const server = await healthServer({ clock: systemClock, metrics: text, port: 0, ...options })
  servers.push(server)
  return server
}

const ask = async ({ url }: HealthServer, path: string): Promise<readonly [number, unknown]> => {
  const response = await fetch(url + path)
  return [response.status, await response.json()]
}

it('is there for this machine alone, unless told otherwise', async () => {
  expect((await serve()).url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

it('hands out the metrics with their type', async () => {
  const { url } = await serve()
  const response = await fetch(`${url}/metrics`)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, text.contentType])
  expect(await response.text()).toBe('up 1\n')
})

it('is scraped by many at once', async () => {
  const { text: scrape, contentType } = metrics({ clock: systemClock, version: '1' })
  const { url } = await serve({ metrics: { text: scrape, contentType } })
  const texts = await Promise.all(Array.from({ length: 20 }, async () => (await fetch(`${url}/metrics`)).text()))
  expect(texts.every(one => one.includes('millrace_build_info{version="1"'))).toBe(true)
})

it('is live and ready when nothing is to be checked', async () => {
  const server = await serve()
  expect(await ask(server, '/health/live')).toEqual([200, { status: 'live' }])
  expect(await ask(server, '/health/ready')).toEqual([200, { status: 'ready', reasons: [] }])
})

it('says what is not ready and since when, stays live, and forgets it when it is well again', async () => {
  const clock = manualClock(1_400_000_000_000)
  const server = await serve({ clock })
  let reason: string | null = 'unreachable'
  server.watch({ name: 'broker', reason: async () => reason })
  server.watch({ name: 'database', reason: async () => null })
  const first = 'broker: unreachable, since 2014-05-13T16:53:20.000000Z'
  expect(await ask(server, '/health/ready')).toEqual([503, { status: 'not ready', reasons: [first] }])
  await clock.advance(5000)
  expect(await ask(server, '/health/ready')).toEqual([503, { status: 'not ready', reasons: [first] }])
  expect((await ask(server, '/health/live'))[0]).toBe(200)
  reason = null
  const well = { isReady: true, reason: null, since: null }
  const checks = [
    { name: 'broker', ...well },
    { name: 'database', ...well },
  ]
  expect(await ask(server, '/health')).toEqual([200, { status: 'ready', checks }])
  reason = 'unreachable'
  const again = 'broker: unreachable, since 2014-05-13T16:53:25.000000Z'
  expect(await ask(server, '/health/ready')).toEqual([503, { status: 'not ready', reasons: [again] }])
})

it('takes a check that throws as a reason, and one that does not answer', async () => {
  const clock = manualClock()
  const server = await serve({ clock })
  const end = server.watch({ name: 'broker', reason: () => Promise.reject(new Error('connection refused')) })
  expect(await ask(server, '/health/ready')).toMatchObject([
    503,
    { reasons: [expect.stringMatching(/^broker: connection refused, since /)] },
  ])
  end()
  server.watch({ name: 'database', reason: () => new Promise(() => undefined) })
  const answer = ask(server, '/health/ready')
  await clock.asleep()
  await clock.advance(2000)
  expect(await answer).toMatchObject([503, { reasons: [expect.stringMatching(/^database: no answer within 2 s/)] }])
})

it('says where there is something to find', async () => {
  expect(await ask(await serve(), '/')).toMatchObject([404, { error: expect.stringContaining('expected /metrics') }])
})

it('says when the address is taken', async () => {
  const { url } = await serve()
  const port = Number(new URL(url).port)
  const message = expect.stringMatching(/127\.0\.0\.1:\d+.*EADDRINUSE/)
  await expect(serve({ port })).rejects.toMatchObject({ code: 'HTTP_LISTEN', message })
})

it('closes while clients keep their connections', async () => {
  const server = await serve()
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  const closed = new Promise(resolve => socket.on('close', resolve))
  socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n')
  await new Promise(resolve => socket.once('data', resolve))
  await servers.pop()!.close()
  await closed
  await expect(fetch(`${server.url}/health/live`)).rejects.toThrow('fetch failed')
})

const observed = async (): Promise<RunObservation> => {
  const balance = minor(1_000_000)
  let observe: (() => Promise<RunObservation>) | null = null
  await runStrategy({
    strategy: meanReversion,
    tape: { log: memoryLog(), topic: 'sample', partition: 0 },
    log: memoryLog(),
    venue: () => paperVenue({ latencyUs: 0, startBalance: balance, currency: currency('USD', 6) }),
    startBalance: balance,
    clock: systemClock,
    observe: asked => {
      observe = asked
    },
  })
  return observe!()
}

it('a run is ready while it runs and when it has ended well', async () => {
  const run = await observed()
  const failures = [
    { code: 'LOG_IO', answer: 'restarted', count: 2 },
    { code: 'ASSERT', answer: 'stopped', count: 1 },
  ] as const
  const said = (change: Partial<RunObservation['actor']>) =>
    runCheck('a/0', async () => ({ ...run, actor: { ...run.actor, failures, ...change } })).reason()
  expect(await said({ state: 'running' })).toBeNull()
  expect(await said({ state: 'finished', end: null })).toBeNull()
  expect(await said({ state: 'drained' })).toBeNull()
  expect(await said({ state: 'restoring' })).toBe('restoring')
  expect(await said({ state: 'restarting' })).toBe('restarting after LOG_IO')
  expect(await said({ state: 'stopped' })).toBe('stopped after ASSERT')
  expect(await said({ state: 'running', end: null })).toBe('the log of sample/0 does not answer')
})

it('a sink is ready while its server takes what it sends', async () => {
  const counts = { pending: 0, oldestMs: 0, rows: 0, rejects: 0, bytes: 0, retries: 0 }
  const sink = (waitingFor: string | null): SinkObservation => ({ task: 'questdb/quotes/0', ...counts, waitingFor })
  expect(await sinkCheck(() => sink(null)).reason()).toBeNull()
  const check = sinkCheck(() => sink('QuestDB: connect ECONNREFUSED'))
  expect([check.name, await check.reason()]).toEqual(['questdb/quotes/0', 'waits for QuestDB: connect ECONNREFUSED'])
})
