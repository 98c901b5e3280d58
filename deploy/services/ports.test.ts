import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkPorts, freePorts, isOpen } from './ports.ts'

describe('ports', () => {
  const server = createServer()
  const wanted = (port: number) => ({ name: 'Kafka', port, flag: 'kafka-port' })
  let taken = 0

  beforeAll(async () => {
    const [port] = await freePorts(1)
    taken = port!
    await new Promise<void>(resolve => server.listen(taken, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  it('are free, different, and outside of what the system gives to callers', async () => {
    const ports = await freePorts(20)
    expect(new Set(ports).size).toBe(20)
    expect(Math.max(...ports)).toBeLessThan(32_000)
    await checkPorts(ports.map(wanted))
  })

  it('are not given again, though nobody listens on them yet', async () => {
    const ports = new Set<number>()
    for (let n = 0; n < 200; n++) for (const port of await freePorts(1)) ports.add(port)
    expect(ports.size).toBe(200)
  })

  it('are told from one that somebody listens on, who is named', async () => {
    expect(await isOpen(taken)).toBe(true)
    const holder = process.platform === 'linux' ? `\\(pid ${process.pid}\\) listens on it` : 'another program'
    await expect(checkPorts([wanted(taken)])).rejects.toMatchObject({
      code: 'SERVICE_PORT',
      message: expect.stringMatching(`^Kafka cannot have port ${taken} of 127.0.0.1: .*${holder}.* --kafka-port \\d+$`),
    })
  })

  it('are given once', async () => {
    const [port] = await freePorts(1)
    const twice = [wanted(port!), { ...wanted(port!), name: 'QuestDB' }]
    await expect(checkPorts(twice)).rejects.toThrow(`port ${port} is given to Kafka and to QuestDB`)
  })

  it('end at 65535', async () => {
    await expect(checkPorts([wanted(99_999)])).rejects.toThrow(/99999 .*end at 65535/)
  })
})
