import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from './leftovers.ts'
import { freePorts, isOpen } from './ports.ts'
import { isGone, look } from './process.ts'
import { recordIn } from './record.ts'
import { endServer, stateOf } from './running.ts'
import { startService } from './service.ts'
import { smallServer } from './testing/program.ts'

let folder = ''
let port = 0

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-service-'))
  port = (await freePorts(1))[0]!
})

afterEach(async () => {
  const record = recordIn(folder)
  if (record) await endServer(record)
  rmSync(folder, { recursive: true, force: true })
})

const found = () => stateOf(recordIn(folder)!)
const stateNow = async () => (await found()).state

describe('a service', () => {
  it('is ready when it is handed out, and gone when it is stopped', async () => {
    const service = await startService(smallServer(folder, port))
    expect(await isOpen(port)).toBe(true)
    await expect.poll(found).toMatchObject({ state: 'ready', pid: service.pid, log: service.logFile })
    await service.stop()
    expect(look(service.pid)).toBeNull()
    expect(await stateNow()).toBe('ended')
  })

  it('comes back after kill -9 at the same port, as another process', async () => {
    const service = await startService(smallServer(folder, port))
    const { pid } = service
    await service.kill()
    expect(await isOpen(port)).toBe(false)
    await service.restart()
    expect(service.pid).not.toBe(pid)
    await expect.poll(found).toMatchObject({ state: 'ready', pid: service.pid })
    await service.stop()
  })

  it('starts slowly until somebody lets it go on', async () => {
    const service = await startService(smallServer(folder, port))
    await service.kill('SIGSTOP')
    expect(await stateNow()).toBe('starting')
    await service.kill('SIGCONT')
    await expect.poll(stateNow).toBe('ready')
    await service.stop()
  })

  it('that ends before it is ready is told by its last words', async () => {
    const broken = smallServer(folder, port, "console.error('no room\\n    at disk.js:1'); process.exit(3)")
    await expect(startService(broken)).rejects.toMatchObject({
      code: 'SERVICE_START',
      message: `Prometheus ended before it was ready: no room (${join(folder, 'prometheus.log')})`,
    })
  })

  it('that cannot be started says with what', async () => {
    const absent = { ...smallServer(folder, port), command: '/nowhere/server' }
    await expect(startService(absent)).rejects.toThrow('cannot start Prometheus with /nowhere/server: spawn')
  })

  it('is given up when nobody waits any longer', async () => {
    const [elsewhere] = await freePorts(1)
    const deaf = { ...smallServer(folder, elsewhere!), addresses: { web: `http://127.0.0.1:${port}` } }
    const waits: string[] = []
    const patience = new AbortController()
    const hears = (what: string): void => {
      waits.push(what)
      patience.abort(new Error('nobody waits'))
    }
    await expect(startService(deaf, { signal: patience.signal, waits: hears })).rejects.toThrow('nobody waits')
    expect(waits[0]).toMatch(new RegExp(`^Prometheus at http://127.0.0.1:${port}, \\d+ s$`))
    expect(await stateNow()).toBe('ended')
  })
})

describe('a process that starts a service and is killed', () => {
  const starter = async (isKept: boolean, within = folder) => {
    const here = (file: string) => JSON.stringify(join(import.meta.dirname, file))
    const program = JSON.stringify({ ...smallServer(within, port) })
    const script = `
      const { startService } = await import(${here('service.ts')})
      const service = await startService(${program}, { isKept: ${isKept} })
      console.log(service.pid)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')
    const seen = look(Number(line))!
    child.kill('SIGKILL')
    await once(child, 'exit')
    return { seen, starter: child.pid! }
  }

  it('takes it with it', async () => {
    const { seen } = await starter(false)
    expect(await isGone(seen, 60_000)).toBe(true)
  })

  it('leaves it where it is to be kept', async () => {
    const { seen } = await starter(true)
    expect(await isGone(seen, 300)).toBe(false)
  })

  it('has what it left swept by the next one, and nobody else', async () => {
    const { seen, starter: dead } = await starter(true)
    const mine = join(folder, `millrace-servers-${process.pid}-a`)
    const left = join(folder, `millrace-servers-${dead}-a`)
    const fs = await import('node:fs')
    for (const path of [mine, left]) fs.mkdirSync(path)
    fs.mkdirSync(join(left, 'prometheus'))
    fs.renameSync(join(folder, 'service.json'), join(left, 'prometheus', 'service.json'))
    const next = await temporaryFolder(folder)
    expect(look(seen.pid)).toBeNull()
    expect([mine, left, next].map(path => existsSync(path))).toEqual([true, false, true])
  })
})
