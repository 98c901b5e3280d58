import { resolve } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import type { Log, TopicInfo } from '../../engine/log/port.ts'
import { bars, quotes, trades } from '../../engine/market/topics.ts'
import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import type { FeatureSet, Source } from '../../models/features/feature-set.ts'
import { columnsOf, type Label } from '../../models/labels/label.ts'
import { logFlag } from '../logs.ts'
import { near } from '../near.ts'
import { rangeFlags, rangeOf, sourceOf } from '../plan.ts'
import { noTopic, readTapes, tapeOf } from '../tapes.ts'
import { count, rate, timeLeft } from '../terminal.ts'
import type { Call, Flag } from '../verb.ts'
import { labelFlag, parseLabel } from './label-flags.ts'
import type { TapeProgress } from './tape-rows.ts'
import { type RowsWritten, writeRows } from './write-rows.ts'

export const exportFlags: Readonly<Record<string, Flag>> = {
  topic: { type: 'text', value: 'T', help: 'export: the recorded topic' },
  log: { ...logFlag, help: `export: ${logFlag.help}` },
  out: { type: 'text', value: 'FILE', help: 'export: the Parquet file; one of that name is replaced' },
  label: labelFlag,
  ...rangeFlags,
}

/** Makes training rows of a recorded topic: `millrace features export SET --topic T --out FILE`. */
export const exportRows = async (call: Call, name: string | undefined): Promise<number> => {
  const set = await setOf(name)
  const labels = labelsOf(call, set)
  const [topic, out] = [needed(call, 'topic'), resolve(needed(call, 'out'))]
  const write = (log: Log): Promise<Exported> => written(call, { set, labels, log, topic, out })
  const exported = await readTapes(call.config, write, sourceOf(call))
  if (exported === null) throw noTopic(topic, [])
  call.answer(exported, () => summaryOf(exported))
  return 0
}

interface Export {
  readonly set: FeatureSet
  readonly labels: readonly Label[]
  readonly log: Log
  readonly topic: string
  readonly out: string
}

interface Exported extends RowsWritten {
  readonly out: string
  readonly topic: string
  readonly seconds: number
}

const written = async (call: Call, { set, labels, log, topic, out }: Export): Promise<Exported> => {
  const started = performance.now()
  await tapeOf(log, topic)
  const infos = (await log.topics()).filter(info => info.topic === topic)
  const source = sourceFor(set, topic, infos)
  const partitions = infos.map(({ partition }) => partition).sort((a, b) => a - b)
  const records = infos.reduce((sum, { end }) => sum + end, 0)
  const steps = { range: rangeOf(call), onProgress: drawer(call, records) }
  const made = await writeRows(out, { set, source, labels, log, topic, partitions, ...steps }, call.signal)
  const seconds = (performance.now() - started) / 1000
  return { out, topic, ...made, seconds }
}

/** A set of the house by its name. Fails: usage CLI_NAME. */
export const setOf = async (name: string | undefined): Promise<FeatureSet> => {
  const { featureSets } = await import('../../models/features/index.ts')
  const known = Object.keys(featureSets)
  if (name !== undefined && Object.hasOwn(featureSets, name)) return featureSets[name]!
  const what = name === undefined ? 'no feature set is named' : `no feature set '${name}'${near(name, known)}`
  throw new MillraceError('CLI_NAME', `${what}; there are: ${known.join(', ')}`)
}

const labelsOf = (call: Call, set: FeatureSet): readonly Label[] => {
  const labels = call.list('label').map(text => parseLabel(text, set))
  const names = ['key', 'at', 'knownAt', ...set.features.map(({ name }) => name), ...labels.flatMap(columnsOf)]
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice === undefined) return labels
  throw new MillraceError('CLI_FLAG', `two columns are called '${twice}'; give a label a name: --label KIND,name=NAME`)
}

const needed = (call: Call, flag: string): string => {
  const text = call.text(flag)
  if (text !== undefined) return text
  throw new MillraceError('CLI_FLAG', `features export needs --${flag}; see millrace features --help`)
}

/** What of the topic the set is made from. Fails: usage CLI_NAME. */
const sourceFor = (set: FeatureSet, topic: string, infos: readonly TopicInfo[]): Source => {
  const held = new Set(infos.flatMap(({ schema }) => schema.split('+')))
  const found = set.sources.find(source => held.has(topics[source].schema.name))
  if (found !== undefined) return found
  const needs = `${set.name} is made from ${set.sources.join(' or ')}`
  throw new MillraceError('CLI_NAME', `${needs}, but topic '${topic}' holds ${[...held].join(', ')}`)
}

const topics = { trades, bars, quotes }

const drawer = ({ terminal }: Call, records: number): ((progress: TapeProgress) => void) => {
  const started = performance.now()
  const left = timeLeft()
  return ({ records: done, rows, at }) =>
    terminal.progress(done / records, () => {
      const speed = rows / ((performance.now() - started) / 1000)
      return [`${rate(speed)} ticks/s`, formatMicros(at as Micros).slice(0, 16), left(done / records)]
    })
}

const summaryOf = ({ out, topic, rows, bytes, seconds, lineage }: Exported): string => {
  const { set, features, labels, tape } = lineage
  const learned = labels.flatMap(({ columns }) => columns)
  const warned = features.filter(({ warning }) => warning !== null).map(({ name }) => name)
  return [
    `${out}: ${count(rows)} rows, ${count(bytes)} bytes, in ${seconds.toFixed(2)} s`,
    `set      ${set.name} ${set.version}, ${count(features.length)} features, hash ${set.hash}`,
    `tape     ${topic}, ${count(tape.rows)} rows, digest ${tape.digests.join(' ')}`,
    `graph    ${lineage.graph}`,
    `labels   ${learned.join(', ') || 'none: see --label'}`,
    ...(warned.length === 0 ? [] : [`leave out ${warned.join(', ')}: see the warnings in the file`]),
  ].join('\n')
}
