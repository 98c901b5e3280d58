import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'
import { openLmdbLog } from '../../connectors/lmdb/lmdb-log.ts'
import { messageOf } from '../../engine/errors.ts'
import { mayGenerate } from '../../engine/flow/generate.ts'
import { blockOf } from '../../engine/log/build.ts'
import { quotes } from '../../engine/market/topics.ts'
import { openTapes } from '../tapes.ts'
import { table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

interface Finding {
  readonly check: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** What to do about it; empty when all is well. */
  readonly advice: string
}

export const doctor: Verb = {
  name: 'doctor',
  summary:
    'Looks at the machine: Node, disk, the embedded log, clock, memory. Exit code 1 when something must be mended.',
  usage: 'doctor [--json]',
  flags: { json: flagJson },
  examples: ['doctor', 'doctor --json'],
  async run(call) {
    const findings = [node(), cores(), memory(), generation(), clock(), await log(call), await tapes(call), disk(call)]
    const hasFailed = findings.some(({ verdict }) => verdict === 'fail')
    if (call.has('json')) call.terminal.print(JSON.stringify(findings))
    else {
      const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const
      const rows = findings.map(({ check, verdict, found, advice }) => [
        call.terminal.style(colours[verdict], verdict),
        check,
        found,
        advice,
      ])
      call.terminal.print(table(['', 'check', 'found', 'what to do'], rows))
    }
    return hasFailed ? 1 : 0
  },
}

const finding = (check: string, verdict: Finding['verdict'], found: string, advice = ''): Finding => ({
  check,
  verdict,
  found,
  advice: verdict === 'ok' ? '' : advice,
})

const node = (): Finding => {
  const major = Number(process.versions.node.split('.')[0])
  const found = `${process.versions.node}, V8 ${process.versions.v8}`
  if (major < 24) return finding('node', 'fail', found, 'needs Node 24: start it by npm run millrace')
  return finding('node', major === 26 ? 'ok' : 'warn', found, 'digests are compared on the pinned Node 26')
}

const cores = (): Finding => {
  const found = availableParallelism()
  return finding('cores', found >= 2 ? 'ok' : 'warn', `${found}`, 'one core runs the strategy; give the system another')
}

const memory = (): Finding => {
  const free = freemem() / 2 ** 20
  return finding('memory', free > 512 ? 'ok' : 'warn', `${Math.round(free)} MB free`, 'a run takes up to 400 MB')
}

const generation = (): Finding => {
  const may = mayGenerate()
  const found = may ? 'code may be generated' : 'code may not be generated'
  return finding('driver', may ? 'ok' : 'warn', found, 'graphs run several times slower; allow new Function')
}

const clock = (): Finding => {
  const steps = Array.from({ length: 1000 }, () => performance.now())
  const least = Math.min(
    ...steps
      .slice(1)
      .map((at, i) => at - steps[i]!)
      .filter(step => step > 0),
  )
  const year = new Date().getUTCFullYear()
  if (year < 2026) return finding('clock', 'fail', `the year is ${year}`, 'set the clock: stamps of live data need it')
  return finding('clock', 'ok', `steps of ${(least * 1000).toFixed(1)} µs`)
}

/** Writes, closes, opens and reads a log of its own in the home folder. */
const log = async ({ config }: Call): Promise<Finding> => {
  try {
    const { mkdirSync } = await import('node:fs')
    mkdirSync(config.home, { recursive: true })
    const path = mkdtempSync(join(config.home, 'doctor-'))
    try {
      const started = performance.now()
      const written = await openLmdbLog({ path })
      const quote = { key: 'EURUSD', at: 1, bid: 1, ask: 2, bidSize: 0, askSize: 0 }
      await written.append('doctor', 0, [blockOf(quotes.schema, [quote])])
      await written.close()
      const read = await openLmdbLog({ path, readOnly: true })
      const end = await read.end('doctor', 0)
      await read.close()
      const took = (performance.now() - started).toFixed(0)
      return finding(
        'embedded log',
        end === 1 ? 'ok' : 'fail',
        `written, flushed and read in ${took} ms`,
        'the disk lies',
      )
    } finally {
      rmSync(path, { recursive: true, force: true })
    }
  } catch (error) {
    return finding('embedded log', 'fail', messageOf(error), `make ${config.home} writable, or set MILLRACE_HOME`)
  }
}

const tapes = async (call: Call): Promise<Finding> => {
  try {
    const opened = await openTapes(call.config)
    const found = (await opened.topics()).length
    await opened.close()
    return finding('tapes', 'ok', `${found} topics in ${call.config.tapes}`)
  } catch (error) {
    return finding('tapes', 'fail', messageOf(error), 'end the process that holds the log, or restore the folder')
  }
}

const disk = ({ config }: Call): Finding => {
  try {
    const { bavail, bsize } = statfsSync(config.home)
    const free = (bavail * bsize) / 2 ** 30
    const verdict = free > 2 ? 'ok' : free > 0.2 ? 'warn' : 'fail'
    return finding('disk', verdict, `${free.toFixed(1)} GB free`, 'ten million quotes take 0.3 GB; delete old runs')
  } catch (error) {
    return finding('disk', 'fail', messageOf(error), `make ${config.home}, or set MILLRACE_HOME`)
  }
}
