import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { parseColumns } from '../connectors/file/columns.ts'
import { type CsvOptions, type CsvReport, csvSource, instrumentOf } from '../connectors/file/csv.ts'
import type { Regime } from '../connectors/sample/regime.ts'
import { sampleMarket } from '../connectors/sample/sample.ts'
import { MillraceError } from '../engine/errors.ts'
import type { Log } from '../engine/log/port.ts'
import { instrumentFor } from '../engine/market/definitions.ts'
import type { Micros } from '../engine/market/units.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { recordTape, type TapeRecord, tapesOf } from './tapes.ts'
import { bar, count, rate, seconds, type Terminal } from './terminal.ts'
import type { Call, Flag } from './verb.ts'

/** How a file is to be read: the flags that `import` and `backtest --data` share. */
export const fileFlags: Readonly<Record<string, Flag>> = {
  instrument: {
    type: 'text',
    value: 'ID',
    help: 'the instrument, when no column tells it; default: from the file name',
  },
  tick: { type: 'text', value: 'SIZE', help: 'its tick size, for an instrument that has no definition here' },
  columns: { type: 'text', value: 'MAP', help: 'which column is which: at=0,bid=1,ask=2 or at=time,bid=b,ask=a' },
  unit: { type: 'text', value: 'UNIT', help: 'of the stamps: s, ms, us or ns; default: by their size' },
  zone: { type: 'text', value: 'ZONE', help: 'of stamps without one: UTC (default), UTC-5, America/New_York' },
  crossed: { type: 'text', value: 'HOW', help: 'quotes with ask below bid: accept (default), mark or refuse' },
  locked: { type: 'text', value: 'HOW', help: 'quotes with ask equal to bid: accept (default), mark or refuse' },
  'out-of-order': { type: 'text', value: 'HOW', help: 'rows behind the latest time: refuse (default), accept or fail' },
  rejects: { type: 'text', value: 'FILE', help: 'where refused rows go; default: beside the file' },
  strict: { type: 'switch', help: 'stop at the first row that is not taken' },
}

/** What a tape was made of and whether it had to be made. */
export interface Imported {
  readonly tape: TapeRecord
  readonly isNew: boolean
  readonly report: CsvReport | null
}

/** A file as a tape; read once: the same bytes read in the same way are the tape that is there. */
export const importFile = async (call: Call, log: Log, path: string, topic?: string): Promise<Imported> => {
  const options = optionsOf(call, path)
  const source = csvSource(options)
  const print = await printOf(path, options)
  const name = topic ?? topicOf(path, print)
  const known = (await tapesOf(log)).get(name)
  if (known?.print === print && (await log.end(name, 0)) > 0) return { tape: known, isNew: false, report: null }
  const tick = call.text('tick')
  const started = performance.now()
  const tape = await recordTape(log, {
    topic: name,
    source: resolve(path),
    print,
    blocks: source.blocks(call.signal),
    define: key => instrumentFor(key, tick),
    counts: () => countsOf(source.report()),
    onRows: (rows, at) => drawImport(call.terminal, source.report(), { rows, at, started }),
  })
  call.terminal.settle()
  if (call.signal.aborted) {
    await log.drop(name)
    throw new MillraceError('CLI_TAPE', `${path}: the import was stopped; nothing of it is kept`)
  }
  return { tape, isNew: true, report: source.report() }
}

const topicOf = (path: string, print: string): string => {
  const name = basename(path).replace(/(\.(csv|txt|tsv|gz|zst|zstd))+$/i, '')
  return `${name.replace(/[^\w.-]+/g, '-')}-${print.slice(0, 6)}`
}

const optionsOf = (call: Call, path: string): CsvOptions => {
  const [instrument, columns, unit, zone] = ['instrument', 'columns', 'unit', 'zone'].map(flag => call.text(flag))
  const rejects = call.text('rejects')
  const treatment = (flag: string) => oneOf(call, flag, ['accept', 'mark', 'refuse'] as const)
  const order = oneOf(call, 'out-of-order', ['refuse', 'accept', 'fail'] as const)
  return {
    path,
    strict: call.has('strict'),
    ...(instrument ? { instrument } : {}),
    ...(columns ? { columns: parseColumns(columns) } : {}),
    ...(unit ? { unit: oneOf(call, 'unit', ['s', 'ms', 'us', 'ns'] as const)! } : {}),
    ...(zone ? { zone } : {}),
    ...(rejects ? { rejectsFile: rejects } : {}),
    ...given('crossed', treatment('crossed')),
    ...given('locked', treatment('locked')),
    ...given('outOfOrder', order),
  }
}

const given = <Name extends string, T>(name: Name, value: T | undefined): { [N in Name]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [N in Name]?: T }

const oneOf = <T extends string>(call: Call, flag: string, known: readonly T[]): T | undefined => {
  const value = call.text(flag)
  if (value === undefined || known.includes(value as T)) return value as T | undefined
  throw new MillraceError('CLI_FLAG', `--${flag} is one of ${known.join(', ')}, found '${value}'`)
}

/** SHA-256 over the bytes of the file and the options that change what is read from it. */
const printOf = async (
  path: string,
  { path: _path, rejectsFile: _rejects, ...options }: CsvOptions,
): Promise<string> => {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  } catch {
    return 'unread'
  }
  const named = { ...options, instrument: options.instrument ?? instrumentOf(path) }
  return hash.update(JSON.stringify(named, Object.keys(named).sort())).digest('hex')
}

const countsOf = ({ refused, odd, reasons }: CsvReport): Record<string, number> => {
  const found = Object.entries(reasons).filter(([, number]) => number > 0)
  return { refused, ...odd, ...Object.fromEntries(found.map(([reason, number]) => [`refused: ${reason}`, number])) }
}

const drawImport = (
  terminal: Terminal,
  { bytesRead, bytesTotal }: CsvReport,
  { rows, at, started }: { readonly rows: number; readonly at: number; readonly started: number },
): void =>
  terminal.progress(() => {
    const share = bytesTotal > 0 ? bytesRead / bytesTotal : 0
    const elapsed = (performance.now() - started) / 1000
    const left = share > 0 ? seconds(elapsed / share - elapsed) : '…'
    const percent = `${Math.floor(share * 100)} %`.padStart(5)
    const when = formatMicros(at as Micros).slice(0, 19)
    return [`import ${bar(share)} ${percent}`, `${rate(rows / elapsed)} rows/s`, when, `${left} left`].join('  ')
  })

export interface Sample {
  readonly regime: Regime
  readonly rows: number
  readonly seed: number
  readonly instruments: readonly string[]
}

/** The sample market as a tape: made once from its seed. */
export const importSample = async (log: Log, sample: Sample): Promise<Imported> => {
  const { regime, rows, seed, instruments } = sample
  const topic = `sample-${regime}`
  const print = `${regime}/${rows}/${seed}/${instruments.join('+')}`
  const known = (await tapesOf(log)).get(topic)
  if (known?.print === print && (await log.end(topic, 0)) > 0) return { tape: known, isNew: false, report: null }
  const market = sampleMarket({ regime, rows, seed, instruments })
  const define = (key: string) => market.instruments.find(({ id }) => id === key)!
  const source = `sample market, ${regime}, seed ${seed}, ${count(rows)} quotes`
  const tape = await recordTape(log, { topic, source, print, blocks: market.blocks(), define, counts: () => ({}) })
  return { tape, isNew: true, report: null }
}
