import { basename } from 'node:path'
import type { CaptureOptions } from '../connectors/binance/capture.ts'
import { PARTS } from '../connectors/binance/feed.ts'
import { parseBarPath } from '../connectors/file/bar-path.ts'
import { parseColumns } from '../connectors/file/columns.ts'
import { type CsvOptions, instrumentOf } from '../connectors/file/csv.ts'
import { MillraceError } from '../engine/errors.ts'
import { definitions, instrumentFor } from '../engine/market/definitions.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import type { Charged } from './financing-rows.ts'
import { readInstruments } from './instruments/read.ts'
import { type Call, type Flag, oneOf } from './verb.ts'

const ODD = ['accept', 'mark', 'refuse'] as const
const LATE = ['refuse', 'accept', 'fail'] as const
const UNIT = ['s', 'ms', 'us', 'ns', 'text'] as const

/** How a file is to be read: the flags that `import` and `backtest --data` share. */
export const fileFlags: Readonly<Record<string, Flag>> = {
  format: { type: 'text', value: 'NAME', help: 'csv, jsonl, capture, parquet or tape; default: by what stands in it' },
  instrument: { type: 'text', value: 'ID', help: 'when no column tells it; default: from the name of the file' },
  instruments: {
    type: 'text',
    value: 'FILE',
    help: 'instruments, ahead of those known here; their fees and margin at the venue: JSON',
  },
  tick: { type: 'text', value: 'SIZE', help: 'its tick size, for an instrument that has no definition here' },
  columns: {
    type: 'text',
    value: 'MAP',
    help: 'which column is which: at=0,bid=1,ask=2 or at=time,bid=data.b,ask=data.a',
  },
  unit: {
    type: 'text',
    value: 'UNIT',
    help: 'of the stamps: s, ms, us, ns or text; default: by their looks',
    choices: UNIT,
  },
  zone: { type: 'text', value: 'ZONE', help: 'of stamps that name none: UTC (default), UTC-5, America/New_York' },
  asks: { type: 'text', value: 'FILE', help: 'bars of the ask, when the file has those of the bid' },
  path: {
    type: 'text',
    value: 'WAY',
    help: 'quotes of a bar, ms before it; default open:300,high:200,low:100,close:0',
  },
  parts: { type: 'text', value: 'LIST', help: `of a capture: ${PARTS.join(',')} (default: all of them)` },
  levels: { type: 'text', value: 'N', help: 'of a capture: the N best levels after each update, not what changes' },
  resample: {
    type: 'text',
    value: 'SPAN',
    help: 'last quote, or bar of trades, of each interval: 500ms, 1s, 5m, 1h, 1d',
  },
  crossed: {
    type: 'text',
    value: 'HOW',
    help: 'quotes with ask below bid: accept (default), mark or refuse',
    choices: ODD,
  },
  locked: {
    type: 'text',
    value: 'HOW',
    help: 'quotes with ask equal to bid: accept (default), mark or refuse',
    choices: ODD,
  },
  duplicates: {
    type: 'text',
    value: 'HOW',
    help: 'rows that repeat the one before: accept (default), mark or refuse',
    choices: ODD,
  },
  'out-of-order': {
    type: 'text',
    value: 'HOW',
    help: 'rows behind the latest time: refuse (default), accept or fail',
    choices: LATE,
  },
  rejects: { type: 'text', value: 'FILE', help: 'where refused and marked rows go; default: in the home folder' },
  strict: { type: 'switch', help: 'stop at the first row that is not taken' },
  replace: { type: 'switch', help: 'drop what the topic holds' },
}

/** A file as it is named at the command line, and the call as it is for that file. */
export interface NamedFile {
  readonly path: string
  readonly call: Call
}

/**
 * Reads `file,flag=value,...`: what stands behind the name is for that file alone. A name that has such commas itself
 * keeps them, unless such a part names a flag.
 *
 * @example
 * partsOf('a,b.csv,zone=UTC-5,columns=at=0,bid=1') // => ['a,b.csv', { zone: 'UTC-5', columns: 'at=0,bid=1' }]
 */
export const partsOf = (text: string): readonly [path: string, own: Readonly<Record<string, string>>] => {
  const own: Record<string, string> = {}
  let path = ''
  let last: string | null = null
  for (const [i, part] of text.split(',').entries()) {
    const [, flag = '', value = ''] = /^([a-z-]+)=(.*)$/s.exec(part) ?? []
    if (flag !== '' && Object.hasOwn(fileFlags, flag) && i > 0) {
      own[flag] = value
      last = flag
    } else if (last === null) path += i === 0 ? part : `,${part}`
    else own[last] += `,${part}`
  }
  return [path, own]
}

/** The same flags, those of the file ahead of those of the call. */
export const fileOf = (call: Call, text: string): NamedFile => {
  const [path, own] = partsOf(text)
  const said = (flag: string): string | undefined => own[flag] ?? call.text(flag)
  const isOn = (flag: string): boolean =>
    own[flag] === undefined ? call.has(flag) : oneOf(flag, own[flag], ON) !== 'no'
  return {
    path,
    call: { ...call, text: said, has: isOn, oneOf: (flag, known) => oneOf(flag, said(flag), known) },
  }
}

const ON = ['yes', 'no'] as const

/** What the flags say of rows of text. Fails: usage CLI_FLAG, FILE_OPTION. */
export const rowOptions = ({ path, call }: NamedFile): RowOptions => {
  const [columns, barPath] = [call.text('columns'), call.text('path')]
  const given = {
    ...oddOptions(call),
    unit: call.oneOf('unit', UNIT),
    zone: call.text('zone'),
    columns: columns === undefined ? undefined : parseColumns(columns),
    barPath: barPath === undefined ? undefined : parseBarPath(barPath),
    outOfOrder: call.oneOf('out-of-order', LATE),
  }
  return {
    path,
    instrument: call.text('instrument') ?? guessOf(call, path),
    strict: call.has('strict'),
    ...told(given),
  }
}

type RowOptions = CsvOptions & { readonly instrument: string }

/** What a tape of ours has in it, no flag says. Fails: usage CLI_FLAG. */
export const refuseOfTape = (file: NamedFile): void =>
  refuseOf(file, [...ROW_FLAGS, ...DEFINING, 'parts', 'levels', 'crossed', 'locked', 'duplicates'], 'a tape')

const ROW_FLAGS = ['columns', 'unit', 'zone', 'asks', 'path', 'out-of-order'] as const
const DEFINING = ['instrument', 'instruments', 'tick'] as const

const refuseOf = ({ path, call }: NamedFile, flags: readonly string[], what: string): void => {
  const odd = flags.find(flag => call.text(flag) !== undefined)
  if (odd === undefined) return
  throw new MillraceError('CLI_FLAG', `--${odd} says how to read rows, but ${path} is ${what}`)
}

/** What the flags say of a capture. Fails: usage CLI_FLAG, also for a flag that says nothing about captures. */
export const captureOptions = ({ path, call }: NamedFile): Omit<CaptureOptions, 'rejectsFile'> => {
  refuseOf({ path, call }, ROW_FLAGS, 'a capture of messages')
  // The book of an interval would be that of its last moment, without what led to it.
  const usual = call.text('resample') === undefined ? undefined : 'quotes,trades'
  const asked = call.text('parts') ?? usual
  const parts = asked?.split(',').map(part => oneOf('parts', part.trim(), PARTS)!)
  return {
    path,
    strict: call.has('strict'),
    ...told({ ...oddOptions(call), instrument: call.text('instrument'), parts, levels: levelsOf(call) }),
  }
}

const levelsOf = (call: Call): number | undefined => {
  const text = call.text('levels')
  if (text === undefined || /^[1-9]\d{0,3}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new MillraceError('CLI_FLAG', `--levels is a whole number from 1 to 9999, found '${text}'`)
}

/** What rows are thinned out to, microseconds; undefined when they are not. Fails: usage CLI_FLAG. */
export const resampleUs = ({ call }: NamedFile): number | undefined => {
  const text = call.text('resample')
  if (text === undefined) return undefined
  const [, digits = '', unit = ''] = /^(\d{1,6})(ms|s|m|h|d)$/.exec(text) ?? []
  const spanUs = Number(digits) * (UNITS[unit] ?? 0)
  if (spanUs > 0) return spanUs
  throw new MillraceError('CLI_FLAG', `--resample is a span like 500ms, 1s, 5m, 1h or 1d, found '${text}'`)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 }

const oddOptions = (call: Call) => ({
  crossed: call.oneOf('crossed', ODD),
  locked: call.oneOf('locked', ODD),
  duplicates: call.oneOf('duplicates', ODD),
  // A column, or a message, may name instruments that nobody defined: their rows are refused.
  instruments: call.text('tick') === undefined ? defined(call).map(({ id }) => id) : undefined,
})

/** The instruments that a file may have: those of --instruments, those of its venue, and those known here. */
const defined = (call: Call, ofVenue: readonly Instrument[] = []): readonly Instrument[] => {
  const path = call.text('instruments')
  const told = path === undefined ? [] : readInstruments(path).map(({ instrument }) => instrument)
  return [...told, ...ofVenue, ...definitions]
}

/** The instruments of --instruments that are charged for time. */
export const charged = (call: Call): Charged => {
  const path = call.text('instruments')
  const listings = path === undefined ? [] : readInstruments(path)
  return new Map(listings.flatMap(({ instrument, financing }) => (financing ? [[instrument.id, financing]] : [])))
}

/** The definition of an instrument. Fails: usage INSTRUMENT_UNKNOWN, INSTRUMENT_NAME, INSTRUMENT_TICK. */
export const definer = (call: Call, ofVenue?: readonly Instrument[]): ((id: string) => Instrument) => {
  const [tick, known] = [call.text('tick'), defined(call, ofVenue)]
  return id => (tick === undefined ? known.find(one => one.id === id) : undefined) ?? instrumentFor(id, tick)
}

const told = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

/** The word of the file's name that is an instrument we know, or else its first word. */
const guessOf = (call: Call, path: string): string => {
  const words = basename(path)
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
  const known = defined(call)
  return words.find(word => known.some(({ id }) => id === word)) ?? instrumentOf(path)
}
