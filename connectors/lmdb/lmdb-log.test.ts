import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'lmdb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Code } from '../../engine/errors.ts'
import { quoteBlock, rowsOf, rowsRead, step } from '../../engine/testing/log/rows.ts'
import { logContract } from '../../engine/testing/log-contract.ts'
import { openLmdbLog } from './lmdb-log.ts'

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'millrace-'))
})
afterEach(() => rmSync(path, { recursive: true }))

const fault = (code: Code, sentence: RegExp): object =>
  expect.objectContaining({ code, message: expect.stringMatching(sentence) })

/** Runs a program against the log in another process; what it prints. */
const elsewhere = (program: string, before = ''): string => {
  const module = `
    import { openLmdbLog } from ${JSON.stringify(import.meta.resolve('./lmdb-log.ts'))}
    import { quoteBlock } from ${JSON.stringify(import.meta.resolve('../../engine/testing/log/rows.ts'))}
    const path = ${JSON.stringify(path)}
    try { ${program} } catch (error) { console.log(error.code + ': ' + error.message) }`
  const script = `${before} exec "$0" --input-type=module --eval "$1"`
  return spawnSync('/bin/bash', ['-c', script, process.execPath, module], { encoding: 'utf8' }).stdout.trim()
}

logContract('lmdb', async () => {
  let log = await openLmdbLog({ path })
  return {
    log,
    reopen: async () => {
      await log.close()
      log = await openLmdbLog({ path })
      return log
    },
    dispose: () => log.close(),
  }
})

describe('one process writes', () => {
  test('a second writer is refused, with the process and what to do; readers may come', async () => {
    const log = await openLmdbLog({ path })
    await log.append('quotes', 0, [quoteBlock(0, 3)])
    const refusal = elsewhere('await openLmdbLog({ path })')
    expect(refusal).toBe(
      `LOG_LOCKED: process ${process.pid} writes the log at ${path}: end it, or open the log with readOnly`,
    )
    await expect(openLmdbLog({ path })).rejects.toEqual(fault('LOG_LOCKED', /^this process writes the log at /))
    const reader = await openLmdbLog({ path, readOnly: true })
    expect(elsewhere(`console.log(await (await openLmdbLog({ path, readOnly: true })).end('quotes', 0))`)).toBe('1')
    await log.append('quotes', 0, [quoteBlock(3, 5)])
    expect((await rowsRead(reader, 'quotes', 0)).flatMap(({ rows }) => rows)).toEqual(rowsOf(0, 5))
    await reader.close()
    expect(await log.append('quotes', 0, [quoteBlock(5, 6)])).toBe(2)
    await log.close()
  })

  test('within one process the writer opens before the readers', async () => {
    await (await openLmdbLog({ path })).close()
    const reader = await openLmdbLog({ path, readOnly: true })
    const first = fault('LOG_LOCKED', /^this process has the log at .* open with readOnly: close that first$/)
    await expect(openLmdbLog({ path: `${path}/.` })).rejects.toEqual(first)
    expect(await reader.topics()).toEqual([])
    await reader.close()
    const log = await openLmdbLog({ path })
    expect(await log.append('quotes', 0, [quoteBlock(0, 1)])).toBe(0)
    await log.close()
  })

  test('a reader does not write', async () => {
    await (await openLmdbLog({ path })).close()
    const reader = await openLmdbLog({ path, readOnly: true })
    const sentence = /was opened with readOnly: open it without to write$/
    await expect(reader.append('quotes', 0, [quoteBlock(0, 1)])).rejects.toEqual(fault('ASSERT', sentence))
    await expect(reader.fence('t')).rejects.toEqual(fault('ASSERT', sentence))
    await reader.close()
  })

  test('a log that was given back, and one whose writer was killed, can be taken', async () => {
    await (await openLmdbLog({ path })).close()
    const program = `import { openLmdbLog } from ${JSON.stringify(import.meta.resolve('./lmdb-log.ts'))}
      await openLmdbLog({ path: process.argv[1] }); console.log('open'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program, path])
    await once(child.stdout, 'data')
    await expect(openLmdbLog({ path })).rejects.toEqual(fault('LOG_LOCKED', new RegExp(`^process ${child.pid} writes`)))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const log = await openLmdbLog({ path })
    expect(await log.append('quotes', 0, [quoteBlock(0, 1)])).toBe(0)
    await log.close()
  })

  test('a process with the id of a dead writer is not taken for it', async () => {
    await (await openLmdbLog({ path })).close()
    const root = open({ path, noSubdir: false, overlappingSync: false })
    const writers = root.openDB({ name: 'writer', encoding: 'json', useVersions: true })
    writers.putSync('writer', { pid: process.ppid, birth: 'long ago' }, writers.getEntry('writer')!.version! + 1)
    await root.close()
    await (await openLmdbLog({ path })).close()
  })

  test('who lost the log, however it came about, writes no more', async () => {
    const log = await openLmdbLog({ path })
    await log.append('quotes', 0, [quoteBlock(0, 1)])
    const root = open({ path, noSubdir: false, overlappingSync: false })
    const writers = root.openDB({ name: 'writer', encoding: 'json', useVersions: true })
    writers.putSync('writer', { pid: 1, birth: 'now' }, writers.getEntry('writer')!.version! + 1)
    await root.close()
    const lost = fault('LOG_LOCKED', /^another process has taken the log at .* over$/)
    await expect(log.append('quotes', 0, [quoteBlock(1, 2)])).rejects.toEqual(lost)
    await expect(log.append('quotes', 0, [quoteBlock(1, 2)])).rejects.toEqual(lost)
    expect(await log.end('quotes', 0)).toBe(1)
    await log.close()
  })
})

test('a reader gives back what it mapped, in the middle of whatever else it is asked', async () => {
  const written = await openLmdbLog({ path })
  const blocks = Array.from({ length: 600 }, (_, n) => quoteBlock(n * 4096, (n + 1) * 4096))
  await written.append('quotes', 0, blocks)
  await written.close()
  const found = elsewhere(`
    const { readFileSync } = await import('node:fs')
    const log = await openLmdbLog({ path, readOnly: true })
    const seen = [[], []]
    let mapped = 0
    await Promise.all(seen.map(async (offsets, reader) => {
      for await (const { offset, block } of log.read('quotes', 0, 100 * reader)) {
        if (block.count === 4096 && await log.end('quotes', 0) === 600) offsets.push(offset)
        const [, kilobytes] = /RssFile:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
        mapped = Math.max(mapped, Number(kilobytes ?? 0))
      }
    }))
    await log.close()
    console.log(JSON.stringify([...seen.map(offsets => offsets.length), mapped]))`)
  const [all, rest, mapped] = JSON.parse(found)
  expect([all, rest]).toEqual([600, 500])
  // of 100 MB in the file, and 50 of Node itself
  expect(mapped).toBeLessThan(140_000)
})

describe('the outside fails', () => {
  test('a path that is a file, or leads through one', async () => {
    const file = join(path, 'file')
    writeFileSync(file, 'x')
    await expect(openLmdbLog({ path: file })).rejects.toEqual(fault('LOG_IO', /^cannot open the log at .*EEXIST/))
    await expect(openLmdbLog({ path: join(file, 'log') })).rejects.toEqual(fault('LOG_IO', /ENOTDIR/))
  })

  test('nothing to read', async () => {
    const nowhere = join(path, 'nowhere')
    const none = fault('LOG_IO', /^cannot open the log at .*nowhere: there is no log$/)
    await expect(openLmdbLog({ path: nowhere, readOnly: true })).rejects.toEqual(none)
    expect(readdirSync(path)).toEqual([])
  })

  test('a folder that cannot be written', () => {
    mkdirSync(join(path, 'closed'), { mode: 0o555 })
    const asNobody = 'if (process.getuid() === 0) process.setuid(65534);'
    expect(elsewhere(`${asNobody} await openLmdbLog({ path: path + '/closed' })`)).toMatch(
      /^LOG_IO: cannot open the log at .*closed: .*[Pp]ermission denied/,
    )
  })

  test('a full disk: what was acknowledged is kept, without a hole, and it is said', async () => {
    const program = `
      const log = await openLmdbLog({ path })
      const calls = []
      for (let n = 0; n < 400; n++) {
        calls.push(log.append('quotes', 0, [quoteBlock(n, n + (n % 3 === 0 ? 100 : 1))]))
        if (n < 20) await calls[n]
        else if (n % 5 === 0) await new Promise(resolve => setImmediate(resolve))
      }
      const results = await Promise.allSettled(calls)
      const kept = results.findIndex(({ status }) => status === 'rejected')
      const codes = new Set(results.slice(kept).map(({ reason }) => reason?.code))
      const again = await log.append('quotes', 0, [quoteBlock(0, 1)]).catch(error => error.code)
      const end = await log.end('quotes', 0)
      await log.close()
      console.log(JSON.stringify({ kept, codes: [...codes], again, end, message: results[kept].reason.message }))`
    const found = elsewhere(`process.on('unhandledRejection', () => {}); ${program}`, "ulimit -f 400; trap '' XFSZ;")
    const { kept, codes, again, end, message } = JSON.parse(found)
    expect(kept).toBeGreaterThan(10)
    expect([codes, again]).toEqual([['LOG_IO'], 'LOG_IO'])
    // A commit that lmdb calls failed may be there all the same: who was not told does not know.
    expect(end).toBeGreaterThanOrEqual(kept)
    expect(message).toMatch(
      /^cannot write to the log at .*: (File too large|Input\/output error|the disk did not keep it)$/,
    )
    const log = await openLmdbLog({ path })
    expect((await rowsRead(log, 'quotes', 0)).length).toBe(end)
    expect(await log.append('quotes', 0, [quoteBlock(0, 1)])).toBe(end)
    await log.close()
  })
})

describe('what is damaged is told, and the rest is read', () => {
  const filled = async (): Promise<string> => {
    const log = await openLmdbLog({ path })
    for (let n = 0; n < 20; n++) await log.append('quotes', 0, [quoteBlock(n * 300, n * 300 + 300)])
    const { epoch } = await log.fence('t')
    await log.commit(step('t', epoch, 1, { snapshot: new Uint8Array(9000).fill(0xab) }))
    await log.close()
    return join(path, 'data.mdb')
  }
  /** Changes the data file where the bytes stand for the n-th time. */
  const damage = (file: string, needle: Uint8Array, nth: number, change: (page: Buffer) => void): void => {
    const bytes = readFileSync(file)
    let place = -1
    for (let n = 0; n <= nth; n++) place = bytes.indexOf(needle, place + 1)
    change(bytes.subarray(place, place + 4000))
    writeFileSync(file, bytes)
  }
  const readable = async (): Promise<number[]> => {
    const log = await openLmdbLog({ path, readOnly: true })
    const offsets: number[] = []
    for (let offset = 0; offset < (await log.end('quotes', 0)); offset++)
      try {
        for await (const record of log.read('quotes', 0, offset, { until: offset + 1 })) offsets.push(record.offset)
      } catch (error) {
        expect(error).toEqual(fault('LOG_CORRUPT', new RegExp(`^quotes/0/${offset}: it`)))
      }
    await log.close()
    return offsets
  }

  test('one bit of a record', async () => {
    damage(await filled(), Buffer.from('MRBK'), 3, page => {
      page[1000]! ^= 4
    })
    expect(await readable()).toHaveLength(19)
  })

  test('a page of the file', async () => {
    damage(await filled(), Buffer.from('MRBK'), 5, page => page.fill(0))
    expect(await readable()).toHaveLength(19)
  })

  test('a snapshot', async () => {
    damage(await filled(), new Uint8Array(3000).fill(0xab), 0, page => {
      page[50] = 0
    })
    const log = await openLmdbLog({ path })
    await expect(log.fence('t')).rejects.toEqual(fault('LOG_CORRUPT', /^snapshot\/t: the 9004 bytes do not have/))
    await log.close()
  })

  test('a file that was cut, or is of another kind', async () => {
    const file = await filled()
    truncateSync(file, statSync(file).size - 300 * 1024)
    await expect(openLmdbLog({ path })).rejects.toEqual(
      fault('LOG_CORRUPT', /data\.mdb was cut: it has \d+ bytes, its/),
    )
    writeFileSync(file, Buffer.alloc(20_000, 7))
    await expect(openLmdbLog({ path })).rejects.toEqual(fault('LOG_CORRUPT', /data\.mdb is no LMDB file$/))
  })
})
