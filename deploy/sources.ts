import { createHash } from 'node:crypto'
import { existsSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import type { Block } from '../engine/log/block.ts'
import { rowOf } from '../engine/log/build.ts'
import { mergeBlocks } from '../engine/log/merge.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import { instruments } from '../engine/market/topics.ts'
import type { Micros } from '../engine/market/units.ts'
import { formatMicros } from '../engine/time/stamp.ts'
import { fileOf } from './file-flags.ts'
import { CLOCK_BEHIND, type FileReading, type FileSource, openFile } from './file-source.ts'
import { makeFolder } from './files.ts'
import { withFinancing } from './financing-rows.ts'
import {
  isDamage,
  type KnownTape,
  LIST,
  openTapes,
  type Recording,
  readTapes,
  recordTape,
  type Tape,
  tapesOf,
} from './tapes.ts'
import { rate, timeLeft } from './terminal.ts'
import type { Call } from './verb.ts'

/** A tape, and whether it had to be made. */
export interface Recorded {
  readonly tape: Tape
  readonly isNew: boolean
}

export interface Imported extends Recorded {
  /** Refused and marked rows, a file for each that has some. */
  readonly rejects: readonly string[]
  /** The instrument that was guessed from the name of the file; null when it was told. */
  readonly guessed: Instrument | null
  /** Topics of both clocks of a capture. */
  readonly stamps: readonly string[]
}

/** Where files go. */
export interface ImportTo {
  /** Default: the names of the files. */
  readonly topic?: string | undefined
  /** The log; null is that of the home folder. */
  readonly address?: string | null
  /** The keys are spread over so many; default 1. */
  readonly partitions?: number
}

/**
 * Files as one tape, by event time: at equal times by instrument, then by kind of row, then by what is in the files. So
 * the order in which they are named changes nothing. Read once: the same bytes read in the same way are the tape that
 * is there.
 */
export const importFiles = async (call: Call, named: readonly string[], to: ImportTo = {}): Promise<Imported> => {
  const { topic, address = null, partitions = 1 } = to
  const files = await Promise.all(named.map(text => openFile(fileOf(call, text))))
  files.sort((a, b) => (a.print < b.print ? -1 : 1))
  const again = files.find(({ print }, i) => print === files[i - 1]?.print)
  if (again !== undefined)
    throw new MillraceError('FILE_OPTION', `${again.path} is given twice: each of its rows would count double`)
  const known = (await readTapes(call.config, tapesOf, address)) ?? []
  const origin: Origin = { ...originOf(files, known, topic), partitions }
  if (topic !== undefined) checkTopic(topic, origin.print, known, call.has('replace'))
  const parts = files.map(file => partOf(call, file, nameOf(file, files, origin.topic)))
  const { tape, isNew } = await recorded(call, origin, { known, address }, () => recordingOf(call, parts))
  const stamps: string[] = []
  for (const part of parts)
    if (await recordStamps(call, part, { known, address, partitions })) stamps.push(`${part.name}.stamps`)
  const guessed = isNew && parts.length === 1 ? parts[0]!.reading.guessed() : null
  return { tape, isNew, guessed, stamps, rejects: parts.map(({ rejects }) => rejects).filter(path => existsSync(path)) }
}

const originOf = (files: readonly FileSource[], known: readonly KnownTape[], topic: string | undefined) => {
  const prints = files.map(file => file.print)
  const print = prints.length === 1 ? prints[0]! : createHash('sha256').update(prints.join()).digest('hex')
  const paths = files.map(({ path }) => path).sort()
  return { topic: topic ?? freeName(paths, print, known), source: paths.map(path => resolve(path)).join(', '), print }
}

/** One file of an import. */
interface Part {
  readonly file: FileSource
  readonly name: string
  readonly reading: FileReading
  readonly rejects: string
  /** Rows that were taken from it. */
  rows: number
}

/** What belongs to a file alone is named after the topic and, of several, after the file. */
const nameOf = (file: FileSource, files: readonly FileSource[], topic: string): string => {
  if (files.length === 1) return topic
  const stem = stemOf(file.path)
  const isTwin = files.some(other => other !== file && stemOf(other.path) === stem)
  return isTwin ? `${topic}.${stem}-${file.print.slice(0, 6)}` : `${topic}.${stem}`
}

const partOf = (call: Call, file: FileSource, name: string): Part => {
  const rejects = file.rejects ?? join(call.config.home, 'rejects', `${name}.csv`)
  return { file, name, reading: file.read(rejects), rejects, rows: 0 }
}

/** Both clocks of a capture, as a topic beside that of its rows. */
const recordStamps = async (
  call: Call,
  { file, name, reading: { stamps } }: Part,
  {
    partitions,
    ...there
  }: { readonly known: readonly KnownTape[]; readonly address: string | null; readonly partitions: number },
): Promise<boolean> => {
  if (stamps === null) return false
  const origin = { topic: `${name}.stamps`, source: resolve(file.path), print: file.print, partitions }
  await recorded(call, origin, there, () => ({ blocks: stamps(call.signal), define: null, counts: () => ({}) }))
  return true
}

const recordingOf = (call: Call, parts: readonly Part[]): Omit<Recording, keyof Origin> => {
  for (const { rejects } of parts) makeFolder(dirname(rejects))
  const [only, ...others] = parts
  const told = { onRows: drawer(call, parts), onDropped: () => dropRejects(parts) }
  if (others.length === 0) {
    const { file, reading } = only!
    const blocks = withFinancing(reading.blocks(call.signal), file.charged)
    return { blocks, define: file.define, counts: reading.counts, ...told }
  }
  const defined = new Map<string, Defined>()
  const charged = new Map(parts.flatMap(({ file }) => [...file.charged]))
  return {
    blocks: withFinancing(mergeBlocks(parts.map(part => rowsOfPart(part, defined, call.signal))), charged),
    define: key => defined.get(key)!.instrument,
    counts: () => sumOf(parts),
    ...told,
  }
}

/** Rows of a tape that is not there say nothing to anybody. */
const dropRejects = (parts: readonly Part[]): void => {
  for (const { rejects } of parts) if (statSync(rejects, { throwIfNoEntry: false })?.isFile()) rmSync(rejects)
}

/** Fails: usage FILE_OPTION when two files mean different instruments by one name. */
const defineOnce = (defined: Map<string, Defined>, { instrument, path }: Defined): void => {
  const there = defined.get(instrument.id)
  if (there === undefined) defined.set(instrument.id, { instrument, path })
  else {
    const [is, was] = [instrument, there.instrument].map(({ at: _at, ...terms }) => JSON.stringify(terms))
    if (is === was) return
    const sentence = `${instrument.id} is ${was} in ${there.path}, and ${is} in ${path}`
    throw new MillraceError('FILE_OPTION', `${sentence}; expected one definition, or names of their own`)
  }
}

interface Defined {
  readonly instrument: Instrument
  readonly path: string
}

/** The rows of one of several files; its definitions go to the others, and may not differ from theirs. */
async function* rowsOfPart(part: Part, defined: Map<string, Defined>, signal: AbortSignal): AsyncGenerator<Block> {
  const { path, define } = part.file
  for await (const block of part.reading.blocks(signal)) {
    if (block.schema.id === instruments.schema.id) {
      for (let row = 0; row < block.count; row++) {
        const { key: _key, ...instrument } = rowOf(block, row)
        defineOnce(defined, { instrument: instrument as unknown as Instrument, path })
      }
    } else {
      if (define !== null) for (const key of block.keys) defineOnce(defined, { instrument: define(key), path })
      part.rows += block.count
      yield block
    }
  }
}

type Origin = Pick<Recording, 'topic' | 'source' | 'print' | 'partitions'>

/** Makes the tape, unless it is there. */
export const recorded = async (
  call: Call,
  origin: Origin,
  { known, address }: { readonly known: readonly KnownTape[]; readonly address: string | null },
  start: () => Omit<Recording, keyof Origin>,
): Promise<Recorded> => {
  const there = known.find(({ tape }) => tape.topic === origin.topic)?.tape
  if (there?.state === 'whole' && there.print === origin.print) return { tape: there, isNew: false }
  const log = await openTapes(call.config, address)
  try {
    return { tape: await recordTape(log, { ...origin, ...start() }, call.signal), isNew: true }
  } catch (error) {
    const kept = isDamage(error) && (await tapesOf(log)).find(({ tape }) => tape.topic === origin.topic)
    if (kept && kept.tape.print === origin.print) call.terminal.say(`what was good stands in topic ${origin.topic}`)
    throw error
  } finally {
    await log.close()
  }
}

/** The names of the files without their endings; with the print behind it when another tape has that name. */
const freeName = (paths: readonly string[], print: string, known: readonly KnownTape[]): string => {
  const name = paths.map(stemOf).join('.').slice(0, 200)
  const there = known.find(({ tape }) => tape.topic === name)?.tape
  const isFree = name !== LIST && (there === undefined || there.state === 'begun' || there.print === print)
  return isFree ? name : `${name}-${print.slice(0, 6)}`
}

const stemOf = (path: string): string => {
  const stem = basename(path).replace(/(\.(csv|txt|tsv|jsonl|ndjson|tape|parquet|gz|zst|zstd))+$/i, '')
  return stem.replace(/[^\w.-]+/g, '-') || 'tape'
}

const checkTopic = (topic: string, print: string, known: readonly KnownTape[], mayReplace: boolean): void => {
  const there = known.find(({ tape }) => tape.topic === topic)?.tape
  if (!/^[\w.-]{1,249}$/.test(topic))
    throw new MillraceError('CLI_FLAG', `--topic is 1 to 249 of A-Z a-z 0-9 . _ -, found '${topic}'`)
  if (topic === LIST) throw new MillraceError('CLI_TAKEN', `topic '${topic}' is the list of all tapes`)
  if (there === undefined || there.state === 'begun' || there.print === print || mayReplace) return
  const sentence = `topic '${topic}' holds ${there.source}, or was read with other options`
  throw new MillraceError('CLI_TAKEN', sentence)
}

/** What the doors counted, all together, and the rows of each file. */
const sumOf = (parts: readonly Part[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { reading } of parts)
    for (const [name, number] of Object.entries(reading.counts()))
      counts[name] = joined(name, counts[name] ?? 0, number)
  for (const { file, rows } of parts) {
    const name = `rows of ${basename(file.path)}`
    counts[name] = (counts[name] ?? 0) + rows
  }
  return counts
}

/** Clocks do not add up: the one that is furthest behind is told. */
const joined = (name: string, one: number, other: number): number =>
  name === CLOCK_BEHIND ? Math.max(one, other) : one + other

const drawer = ({ terminal }: Call, parts: readonly Part[]): NonNullable<Recording['onRows']> => {
  const started = performance.now()
  const left = timeLeft()
  return (rows, at) => {
    const progress = parts.map(({ reading }) => reading.progress())
    const bytesTotal = progress.reduce((sum, part) => sum + part.bytesTotal, 0)
    const bytesRead = progress.reduce((sum, part) => sum + part.bytesRead, 0)
    const share = bytesTotal > 0 ? bytesRead / bytesTotal : 0
    terminal.progress(share, () => {
      const speed = rows / ((performance.now() - started) / 1000)
      return [`${rate(speed)} rows/s`, formatMicros(at as Micros).slice(0, 16), left(share)]
    })
  }
}
