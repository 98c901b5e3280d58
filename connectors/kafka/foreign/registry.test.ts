import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaRegistry } from './registry.ts'

const asked: string[] = []
let server: Server
let url: string

const answers: Readonly<Record<string, readonly [number, string]>> = {
  '/schemas/ids/7': [200, JSON.stringify({ schema: '"string"' })],
  '/schemas/ids/8': [200, 'down for repair'],
  '/schemas/ids/9': [500, ''],
  '/schemas/ids/10': [200, '{}'],
}

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`)
    if (request.url === '/schemas/ids/11') return
    const [status, body] = answers[request.url ?? ''] ?? [404, '{"error_code":40403}']
    response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe('a schema registry', () => {
  it('is asked once for a schema, and each time for one that it does not have', async () => {
    const schemaOf = schemaRegistry({ url: `${url}/`, authorization: 'Basic YTpi' })
    asked.length = 0
    expect([await schemaOf(7), await schemaOf(7), await schemaOf(6), await schemaOf(6)]).toEqual([
      ...['"string"', '"string"', null, null],
    ])
    expect(asked).toEqual(['7', '6', '6'].map(id => `/schemas/ids/${id} Basic YTpi`))
  })

  it.each([
    [8, 'is not valid JSON'],
    [9, 'it answers 500'],
    [10, 'its answer holds no schema'],
    [11, 'timeout'],
  ])('that answers wrongly or not at all is a fault: schema %i', async (id, words) => {
    const message = expect.stringMatching(new RegExp(`${url}/schemas/ids/${id}: .*${words}`))
    const asking = schemaRegistry({ url, timeoutMs: words === 'timeout' ? 300 : 60_000 })(id)
    await expect(asking).rejects.toMatchObject({ code: 'KAFKA_REGISTRY', retryAfterMs: 1_000, message })
  })

  it('that is not there is a fault', async () => {
    await expect(schemaRegistry({ url: 'http://127.0.0.1:9' })(1)).rejects.toMatchObject({ code: 'KAFKA_REGISTRY' })
  })
})
