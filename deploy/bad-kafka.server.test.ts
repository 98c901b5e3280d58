import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { type Client, openClient } from '../connectors/kafka/client.ts'
import { apis, openProxy } from '../connectors/kafka/testing/proxy.ts'
import { createTopic } from '../connectors/kafka/testing/raw.ts'
import { readConfig } from './config.ts'
import { type Kafka, startKafka } from './services/kafka.ts'
import { temporaryFolder } from './services/leftovers.ts'
import { freePorts } from './services/ports.ts'
import { type Done, folders, millrace } from './testing/millrace.ts'

/** Whoever starts a program in a wrong way hears of it within this time. */
const PATIENCE_MS = 15_000

const { make, remove } = folders()
afterAll(remove)

const command = async (...args: readonly string[]): Promise<Done> => {
  let [end, tookMs] = await timed(args)
  // Once more where the machine was busy with something else.
  for (let tries = 1; tries < 3 && tookMs >= PATIENCE_MS; tries++) [end, tookMs] = await timed(args)
  expect(tookMs).toBeLessThan(PATIENCE_MS)
  return end
}

const timed = async (args: readonly string[]): Promise<[end: Done, tookMs: number]> => {
  const began = performance.now()
  const end = await millrace(args, { home: make() })
  return [end, performance.now() - began]
}

const run = (address: string, ...flags: readonly string[]): Promise<Done> =>
  command('run', 'mean-reversion', '--log', `kafka://${address}`, '--topic', 'ticks', ...flags)

/** One code, one sentence, what to do; no stack. */
const expectRefusal = ({ code, stderr }: Done, exit: number, error: string, sentence: RegExp): void => {
  expect(code, stderr).toBe(exit)
  const told = stderr.split('\n').filter(line => line !== '' && !line.startsWith('{'))
  expect(told).toHaveLength(2)
  expect(told[0]).toMatch(new RegExp(`^${error}: `))
  expect(told[0]).toMatch(sentence)
}

/** The address of a server that is no broker. */
const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a cluster that is not there', () => {
  test('nobody listens', async () => {
    const [port] = await freePorts(1)
    expectRefusal(await run(`127.0.0.1:${port}`), 1, 'KAFKA_AWAY', /ECONNREFUSED/)
  })

  test('there is no such host', async () => {
    expectRefusal(await run('nowhere.invalid:9092'), 1, 'KAFKA_AWAY', /nowhere\.invalid/)
  })

  test('somebody else listens, and says nothing', async () => {
    const address = await listening(createServer(socket => socket.on('error', () => undefined)))
    expectRefusal(await run(address), 1, 'KAFKA_AWAY', /no answer from .* within 8 s/)
  })

  test('somebody else listens, and answers in another way', async () => {
    const address = await listening(createHttpServer((_, answer) => answer.end('hello')))
    expectRefusal(await run(address), 1, 'KAFKA_AWAY', /an answer of \d+ bytes: this is no Kafka broker/)
  })

  test('a broker that is asked for TLS has none', async () => {
    expectRefusal(await run(`${inject('kafka')}?tls=true`), 1, 'KAFKA_AWAY', /TLS/)
  })

  test('a broker is too old', async () => {
    const proxy = await openProxy(inject('kafka'))
    onTestFinished(() => proxy.close())
    proxy.judge(api => (api === apis.ApiVersions ? { edit: ageTo(1, apis.InitProducerId) } : 'pass'))
    expectRefusal(await run(proxy.address), 2, 'KAFKA_VERSION', /InitProducerId up to version 1, needed is 3/)
  })
})

/** As an earlier broker told its versions: behind the correlation and the error, a list of API, lowest, highest. */
const ageTo =
  (highest: number, api: number) =>
  (answer: Buffer): void => {
    for (let at = 14, left = answer.readInt32BE(10); left > 0; left--, at += 6)
      if (answer.readInt16BE(at) === api) answer.writeInt16BE(highest, at + 4)
  }

describe('a cluster that wants a login', () => {
  let folder: string
  let broker: Kafka
  let address: string
  let safeAddress: string
  let certificate: string
  beforeAll(async () => {
    folder = await temporaryFolder()
    certificate = join(folder, 'certificate.pem')
    const { library, java } = readConfig()
    const [port, loginPort, safePort] = (await freePorts(3)) as [number, number, number]
    const listeners = [
      `PLAINTEXT://127.0.0.1:\${port}`,
      `LOGIN://127.0.0.1:${loginPort}`,
      `SAFE://127.0.0.1:${safePort}`,
    ]
    const keystore = join(folder, 'keystore.p12')
    makeCertificate(keystore, certificate)
    const module = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_desk="right";'
    const settings = {
      listeners: [...listeners, `CONTROLLER://127.0.0.1:\${controllerPort}`].join(),
      'advertised.listeners': listeners.join(),
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LOGIN:SASL_PLAINTEXT,SAFE:SASL_SSL',
      'listener.name.login.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.login.plain.sasl.jaas.config': module,
      'listener.name.safe.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.safe.plain.sasl.jaas.config': module,
      'listener.name.safe.ssl.keystore.type': 'PKCS12',
      'listener.name.safe.ssl.keystore.location': keystore,
      'listener.name.safe.ssl.keystore.password': KEY_PASSWORD,
    }
    broker = await startKafka({ folder: join(folder, 'kafka'), port, library, java, isHasty: true, settings })
    address = `127.0.0.1:${loginPort}`
    safeAddress = `127.0.0.1:${safePort}`
  })
  afterAll(async () => {
    await broker.stop()
    rmSync(folder, { recursive: true })
  })

  test('the password is right', async () => {
    expectRefusal(await run(`desk:right@${address}`), 2, 'CLI_NAME', /no topic 'ticks'/)
  })

  test('the password is right, over TLS', async () => {
    const safe = `${safeAddress}/safe?ca=${certificate}`
    const ticks = join(make(), 'ticks.csv')
    writeFileSync(ticks, 'time,bid,ask\n2014-05-01T12:00:00Z,1.1,1.1002\n')
    const flags = ['--topic', 'ticks', '--instrument', 'EURUSD', '--log', `kafka://desk:right@${safe}`]
    const { code, stderr } = await command('import', ticks, ...flags)
    expect(code, stderr).toBe(0)
    expect((await run(`desk:right@${safe}`, '--to-end')).code).toBe(0)
    const backtest = await command('backtest', 'ema-cross', '--topic', 'ticks', '--from', `kafka://desk:right@${safe}`)
    expect(backtest.code, backtest.stderr).toBe(0)
    expectRefusal(await run(`desk:wrong@${safe}`), 2, 'KAFKA_DENIED', /[Aa]uthentication/)
  })

  test('the certificate is nobody’s', async () => {
    expectRefusal(await run(`desk:right@${safeAddress}?tls=true`), 1, 'KAFKA_AWAY', /self-signed certificate/)
  })

  test('the password is wrong', async () => {
    expectRefusal(await run(`desk:wrong@${address}`), 2, 'KAFKA_DENIED', /[Aa]uthentication/)
  })

  test('another way to log in', async () => {
    expectRefusal(
      await run(`desk:right@${address}?sasl=scram-sha-256`),
      2,
      'KAFKA_DENIED',
      /does not support .* SASL mechanism/,
    )
  })

  test('no login', async () => {
    expectRefusal(await run(address), 1, 'KAFKA_AWAY', /closed|Closed/)
  })

  test('a login where there is none', async () => {
    expectRefusal(await run(`desk:right@${broker.address}`), 2, 'KAFKA_DENIED', /takes no login/)
  })
})

const KEY_PASSWORD = 'opens-the-keystore'

/** Of a broker at 127.0.0.1, signed by itself. */
const makeCertificate = (keystore: string, certificate: string): void => {
  const store = ['-alias', 'broker', '-keystore', keystore, '-storepass', KEY_PASSWORD]
  const subject = ['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1']
  execFileSync('keytool', ['-genkeypair', '-keyalg', 'EC', '-storetype', 'PKCS12', ...subject, ...store], {
    stdio: 'pipe',
  })
  writeFileSync(certificate, execFileSync('keytool', ['-exportcert', '-rfc', ...store]))
}

describe('a topic that is not what it must be', () => {
  let client: Client
  beforeAll(async () => {
    client = await openClient({ brokers: [inject('kafka')], clientId: 'bad-kafka' })
  })
  afterAll(() => client.close())

  /** A place of its own, with some quotes in a topic. */
  const place = async (): Promise<{ readonly address: string; readonly topic: string }> => {
    const prefix = `bad-${randomUUID()}`
    const address = `${inject('kafka')}/${prefix}`
    const file = join(make(), 'ticks.csv')
    const lines = Array.from({ length: 20 }, (_, second) => `2014-05-01T12:00:${second + 10}Z,1.1,1.1002`)
    writeFileSync(file, ['time,bid,ask', ...lines, ''].join('\n'))
    const flags = ['--topic', 'ticks', '--instrument', 'EURUSD', '--log', `kafka://${address}`]
    const { code, stderr } = await command('import', file, ...flags)
    expect(code, stderr).toBe(0)
    return { address, topic: `${prefix}.ticks` }
  }

  test('it is missing', async () => {
    expectRefusal(await run(`${inject('kafka')}/bad-${randomUUID()}`), 2, 'CLI_NAME', /no topic 'ticks'/)
  })

  test('it has another number of partitions than the run began with', async () => {
    const { address, topic } = await place()
    expect((await run(address, '--to-end')).code).toBe(0)
    const controller = await client.controller()
    await controller.ask('CreatePartitions', { topicPartitions: [{ topic, count: 3 }], timeout: 10_000 })
    expectRefusal(await run(address, '--to-end'), 1, 'KAFKA_TOPIC', /had 1 partitions when the run began, found 3/)
  })

  test('it is given more partitions while a run follows it, which was not ready before it was joined', async () => {
    const { topic } = await place()
    const [port] = await freePorts(1)
    // Its place is held back until somebody has asked.
    const proxy = await openProxy(inject('kafka'))
    onTestFinished(() => proxy.close())
    const asked = Promise.withResolvers<void>()
    proxy.judge(api => (api === apis.JoinGroup ? { heldUntil: asked.promise } : 'pass'))
    const running = run(`${proxy.address}/${topic.replace(/\.ticks$/, '')}`, '--health', String(port))
    const answers = new Set<string>()
    while (!answers.has('"ready"')) {
      const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null)
      if (answer !== null) answers.add(/not joined|starting|restoring|"ready"/.exec(await answer.text())![0])
      if (answers.size > 0) asked.resolve()
      await sleep(5)
    }
    expect([...answers][0]).toBe('not joined')
    const controller = await client.controller()
    await controller.ask('CreatePartitions', { topicPartitions: [{ topic, count: 2 }], timeout: 10_000 })
    const { code, stderr } = await running
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^KAFKA_TOPIC: .*had 1 partitions .*, found 2/m)])
  })

  test('it was recorded anew since the run began, and begins alike', async () => {
    const { address } = await place()
    expect((await run(address, '--to-end')).code).toBe(0)
    const file = join(make(), 'ticks.csv')
    const lines = Array.from({ length: 20 }, (_, second) => `2014-05-01T12:00:${second + 10}Z,1.1,1.1002`)
    writeFileSync(file, ['time,bid,ask', ...lines.with(7, '2014-05-01T12:00:17Z,1.1,1.1003'), ''].join('\n'))
    const flags = ['--topic', 'ticks', '--instrument', 'EURUSD', '--log', `kafka://${address}`, '--replace']
    expect((await command('import', file, ...flags)).code).toBe(0)
    expectRefusal(await run(address, '--to-end'), 1, 'CLI_TAPE', /'ticks' was recorded anew since the run began/)
    expect((await run(address, '--to-end', '--name', 'other')).code).toBe(0)
  })

  test('its records would be deleted', async () => {
    const { address, topic } = await place()
    const configEntries = [{ name: 'retention.ms', value: '604800000' }]
    const resources = [{ type: 2, name: topic, configEntries }]
    await (await client.controller()).ask('AlterConfigs', { resources, validateOnly: false })
    expectRefusal(await run(address, '--to-end'), 1, 'KAFKA_TOPIC', /has retention\.ms=604800000.*set it to -1/)
  })

  test('its records have been deleted', async () => {
    const { address, topic } = await place()
    const leader = await client.leader(topic, 0)
    await leader!.ask('DeleteRecords', {
      topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }],
      timeout: 5000,
    })
    expectRefusal(await run(address, '--to-end'), 1, 'LOG_GONE', /it holds offsets \[1, /)
  })

  test('it holds what is none of ours', async () => {
    const topic = `bad-${randomUUID()}`
    await createTopic(client, `${topic}.ticks`)
    expectRefusal(await run(`${inject('kafka')}/${topic}`), 2, 'CLI_NAME', /no topic 'ticks'/)
  })
})
