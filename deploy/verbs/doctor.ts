import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'
import { isMillraceError, messageOf } from '../../engine/errors.ts'
import { mayGenerate } from '../../engine/flow/generate.ts'
import { blockOf } from '../../engine/log/build.ts'
import { quotes } from '../../engine/market/topics.ts'
import { makeFolder } from '../files.ts'
import { table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'
import { versions } from '../versions.ts'

interface Finding {
  readonly check: string
  readonly verdict: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** What to do about it; empty when all is well. */
  readonly advice: string
}

export const doctor: Verb = {
  usage: 'doctor [--json]',
  words: 0,
  flags: { json: flagJson },
  examples: ['doctor', 'doctor --json'],
  async run(call) {
    const findings: Finding[] = []
    for (const [check, look] of Object.entries(checks)) findings.push({ check, ...(await found(look, call)) })
    call.answer(findings, () => tableOf(call, findings))
    return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0
  },
}

type Found = Omit<Finding, 'check'>

const found = async (look: (call: Call) => Found | Promise<Found>, call: Call): Promise<Found> => {
  try {
    return await look(call)
  } catch (error) {
    const writable = `make ${call.config.home} a folder that can be written, or set MILLRACE_HOME`
    return fail(messageOf(error), isMillraceError(error) && error.code.startsWith('LOG_') ? error.remedy : writable)
  }
}

const ok = (found: string): Found => ({ verdict: 'ok', found, advice: '' })
const warn = (found: string, advice: string): Found => ({ verdict: 'warn', found, advice })
const fail = (found: string, advice: string): Found => ({ verdict: 'fail', found, advice })

const MB = 2 ** 20
const GB = 2 ** 30

/** In this order: the home folder is made before it is looked at. */
const checks: Readonly<Record<string, (call: Call) => Found | Promise<Found>>> = {
  node: () => {
    const { node, v8 } = versions()
    const major = Number.parseInt(node!, 10)
    const found = `${node}, V8 ${v8}`
    if (major < 24) return fail(found, 'Millrace needs Node 24 or later: start it by npm run millrace')
    return major === 26 ? ok(found) : warn(found, 'digests are certified on Node 26: start it by npm run millrace')
  },
  cores: () => {
    const cores = availableParallelism()
    return cores > 1 ? ok(`${cores}`) : warn('1', 'a run takes one core and the system needs some: give it two')
  },
  memory: () => {
    const found = `${Math.round(freemem() / MB)} MB free`
    return freemem() > 512 * MB ? ok(found) : warn(found, 'a run takes up to 400 MB: end other programs')
  },
  code: () =>
    mayGenerate()
      ? ok('may be generated: graphs run fused')
      : fail(
          'may not be generated',
          'the embedded log needs it: start Node without --disallow-code-generation-from-strings',
        ),
  clock: () => {
    const year = new Date().getUTCFullYear()
    const found = `${year}, in steps of ${clockStepUs()} µs`
    return year < 2026 ? fail(found, 'set the clock: live data is stamped with it') : ok(found)
  },
  terminal: ({ config }) => {
    const { isWatched, hasColour, columns } = config
    return ok(isWatched ? `${columns} columns, ${hasColour ? 'colour' : 'no colour'}` : 'none: no progress, no colour')
  },
  disk: ({ config }) => {
    makeFolder(config.home)
    const { bavail, bsize } = statfsSync(config.home)
    const free = bavail * bsize
    const found = `${(free / GB).toFixed(1)} GB free at ${config.home}`
    const advice = 'ten million quotes take 0.4 GB: delete old runs, or set MILLRACE_HOME'
    return free > 2 * GB ? ok(found) : free > GB / 5 ? warn(found, advice) : fail(found, advice)
  },
  lmdb: ({ config }) => tryLog(config.home),
  tapes: async ({ config }) => {
    const { readTapes, tapesOf } = await import('../tapes.ts')
    const known = (await readTapes(config, tapesOf)) ?? []
    const half = known.filter(({ tape }) => tape.state === 'begun').map(({ tape }) => tape.topic)
    const found = `${known.length} topics`
    return half.length === 0 ? ok(found) : warn(found, `import again what was cut off: ${half.join(', ')}`)
  },
}

const clockStepUs = (): string => {
  const readings = Array.from({ length: 1000 }, () => performance.now())
  const steps = readings.slice(1).map((at, i) => at - readings[i]!)
  return (Math.min(...steps.filter(step => step > 0)) * 1000).toFixed(1)
}

/** Writes, closes, opens and reads a log of its own. */
const tryLog = async (home: string): Promise<Found> => {
  const { openLmdbLog } = await import('../../connectors/lmdb/lmdb-log.ts')
  const path = mkdtempSync(join(home, 'doctor-'))
  try {
    const started = performance.now()
    const written = await openLmdbLog({ path })
    await written.append('doctor', 0, [
      blockOf(quotes.schema, [{ key: 'EURUSD', at: 1, bid: 1, ask: 2, bidSize: 0, askSize: 0 }]),
    ])
    await written.close()
    const read = await openLmdbLog({ path, readOnly: true })
    const end = await read.end('doctor', 0)
    await read.close()
    const found = `written, flushed and read in ${(performance.now() - started).toFixed(0)} ms`
    return end === 1 ? ok(found) : fail(found, 'what was flushed is not there: use another disk')
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

const tableOf = ({ terminal }: Call, findings: readonly Finding[]): string => {
  const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const
  const cells = findings.map(({ check, verdict, found, advice }) => [
    terminal.style(colours[verdict], verdict.padEnd(4)),
    check,
    found,
    advice,
  ])
  return table(['', 'check', 'found', 'what to do'], cells)
}
