import { describe, expect, it } from 'vitest'
import { isSecret, redactText } from './redact.ts'

describe('a name', () => {
  it.each([
    ...['password', 'PASSWORD', 'dbPassword', 'sasl_password', 'sasl.jaas.password', 'passwd', 'passphrase', 'pwd'],
    ...['token', 'accessToken', 'botToken', 'refresh-token', 'tokens', 'jwt', 'key', 'apiKey', 'api_key', 'APIKEY'],
    ...['privateKey', 'ssl.key', 'secret', 'clientSecret', 'authorization', 'Authorization', 'Proxy-Authorization'],
    ...['cookie', 'Set-Cookie', 'credentials', 'auth', 'basicAuth', 'secretAccessKey'],
  ])('%s holds a secret', name => {
    expect(isSecret(name)).toBe(true)
  })

  it.each([
    ...['instrument', 'topic', 'partition', 'monkey', 'keys', 'passed', 'compass', 'author', 'keyed'],
    ...['slippage', 'offset', 'user', 'username', 'position', 'hockey', 'bypass'],
  ])('%s does not', name => {
    expect(isSecret(name)).toBe(false)
  })
})

describe('a text', () => {
  it.each([
    ['kafka://desk:pa55@one:9092', 'kafka://desk:***@one:9092'],
    ['kafka://desk:p@ss/w0rd@one:9092/x', 'kafka://desk:***@one:9092/x'],
    ['postgres://admin:quest@h:8812/qdb?sslmode=off', 'postgres://admin:***@h:8812/qdb?sslmode=off'],
    ['see https://ghp_abc@github.com/a', 'see https://***@github.com/a'],
    ['redis://:pa55@h', 'redis://:***@h'],
    ['http::addr=h:9000;username=u;password=p;token=t;', 'http::addr=h:9000;username=u;password=***;token=***;'],
    ['GET /x?api_key=abc&b=1&access_token=t', 'GET /x?api_key=***&b=1&access_token=***'],
    ['{"password":"a b","user":"u"}', '{"password":***,"user":"u"}'],
    ["{ clientSecret: 'a', id: 1 }", '{ clientSecret: ***, id: 1 }'],
    ['Authorization: Bearer abcdef.123456', 'Authorization: Bearer ***'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic ***'],
    ['jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl ends', 'jwt *** ends'],
    ['https://api.telegram.org/bot123456:AA-bb_cc/sendMessage', 'https://api.telegram.org/bot***/sendMessage'],
    ['https://discord.com/api/webhooks/123/abc-DEF', 'https://discord.com/api/webhooks/123/***'],
    ['-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\nok', '***\nok'],
    ['-----BEGIN PRIVATE KEY-----\nMHc', '***'],
  ])('%s', (text, redacted) => {
    expect(redactText(text)).toBe(redacted)
  })

  it.each([
    'cannot reach 127.0.0.1:9092',
    'http://127.0.0.1:9464/metrics',
    'topic quotes/0 at 5#12: bid 1.1, ask 1.0',
    'see https://host/@scope/name',
    'a key of the map, a pass over the data, a secret nobody knows',
    'mail desk@example.org',
    'npm:@scope/name@1.0.0',
  ])('is left as it is without one: %s', text => {
    expect(redactText(text)).toBe(text)
  })

  it.each([
    ...['x', 'a://', 'a:', 'a://b:', 'a-', 'password', 'password ', 'eyJ-', 'eyJ.', 'Basic ', '/bot1', '"password":'],
    '-----BEGIN PRIVATE KEY-----',
  ])('of 8 KB is read within milliseconds: %s', part => {
    const text = `://${part.repeat(8192 / part.length)}`
    // Of the processor, and the best of some: what else the machine does is not the point.
    const tookMs = (): number => {
      const before = process.cpuUsage()
      redactText(text)
      return process.cpuUsage(before).user / 1000
    }
    expect(Math.min(...Array.from({ length: 3 }, tookMs))).toBeLessThan(200)
  })
})
