import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { MillraceError, messageOf } from '../engine/errors.ts'
import { rowOf } from '../engine/log/build.ts'
import type { Log } from '../engine/log/port.ts'
import { type Currency, currency, parseMoney } from '../engine/market/cash.ts'
import type { Instrument } from '../engine/market/instrument.ts'
import { instruments } from '../engine/market/topics.ts'
import type { Minor } from '../engine/market/units.ts'
import type { TimeRange } from '../engine/run/range.ts'
import { stampReader } from '../engine/time/stamp.ts'
import { fileFlags } from './file-flags.ts'
import { listedIn } from './listed.ts'
import { isAddress, logFlag, withoutSecrets } from './logs.ts'
import type { Manifest, Plan } from './manifest.ts'
import { importSample, sampleFlags } from './sample.ts'
import { placeOf, type Source } from './settings.ts'
import { importFiles } from './sources.ts'
import { paramsOf, strategyOf } from './strategies.ts'
import { printsOf } from './strategy-files.ts'
import { countsText, noTopic, readTapes, type Tape, tapeOf } from './tapes.ts'
import { count } from './terminal.ts'
import { venueFlag, venueRulesOf } from './venue-rules.ts'
import type { Call, Flag } from './verb.ts'

export const rangeFlags: Readonly<Record<string, Flag>> = {
  from: { type: 'text', value: 'TIME', help: 'first event time, UTC: 2014-05-02 or 2014-05-02T12:30:00' },
  to: { type: 'text', value: 'TIME', help: 'event time to stop before, UTC' },
}

const MODES = ['fused', 'plain'] as const

/** What a run is made of, as flags: all but where it goes. */
export const planFlags: Readonly<Record<string, Flag>> = {
  data: { type: 'list', value: 'FILE', help: 'what import takes, imported when it is new; may be repeated' },
  topic: { type: 'text', value: 'T', help: 'a recorded topic; without --data and --topic: a sample market' },
  log: logFlag,
  ...rangeFlags,
  set: { type: 'list', value: 'K=V', help: 'a parameter of the strategy; may be repeated' },
  balance: {
    type: 'text',
    value: 'N',
    help: 'start balance, in the currency of the account; default 100000',
    setting: 'balance',
  },
  currency: {
    type: 'text',
    value: 'CODE',
    help: 'what the account is kept in; default: what the first instrument is paid in',
    setting: 'currency',
  },
  'latency-ms': { type: 'text', value: 'N', help: 'from the decision to the venue; default 1', setting: 'latencyMs' },
  venue: venueFlag,
  mode: { type: 'text', value: 'MODE', help: 'fused (default), or plain: slower, to compare', choices: MODES },
  memory: { type: 'switch', help: 'keep the log of the run in memory: nothing to resume or to replay' },
  ...sampleFlags,
  ...fileFlags,
}

/** The plan of a new run; of a topic that is not one of ours, tape and account are given. */
export const planOf = async (call: Call, foreign: Pick<Plan, 'tape' | 'currency'> | null = null): Promise<Plan> => {
  const { strategy, file } = await strategyOf(call.words[0])
  const told = { params: paramsOf(strategy, call.list('set')), ...toldOf(call) }
  const source = sourceOf(call)
  const instruments = call.text('instruments')
  const tape = foreign?.tape ?? (await tapeFor(call, source))
  const account = foreign?.currency ?? (await readTapes(call.config, log => accountOn(call, log, tape.topic), source))
  if (account === null) throw noTopic(tape.topic, [])
  return {
    strategy: strategy.name,
    strategyFile: file,
    ...(file !== null && { strategyPrints: printsOf(file) }),
    ...(instruments !== undefined && { instrumentFile: resolve(instruments) }),
    tape,
    source: source === null ? null : withoutSecrets(source),
    from: null,
    to: null,
    latencyUs: 1000,
    mode: 'fused',
    log: call.has('memory') ? 'memory' : 'lmdb',
    currency: account,
    startBalance: balanceOf(call, account) ?? parseMoney('100000', account).amount,
    ...told,
  }
}

/** The same for a run by one actor, which steps partition 0. Fails: fault CLI_TAPE when rows stand in others. */
export const planOfOne = async (call: Call): Promise<Plan> => {
  const plan = await planOf(call)
  await readTapes(call.config, log => checkOne(log, plan.tape.topic), sourceOf(call))
  return plan
}

const checkOne = async (log: Log, topic: string): Promise<void> => {
  const partitions = (await log.topics()).filter(info => info.topic === topic).map(({ partition }) => partition)
  if (partitions.every(partition => partition === 0)) return
  const found = `topic '${topic}' has rows in partitions ${partitions.join(', ')}: only partition 0 would be stepped`
  throw new MillraceError('CLI_TAPE', `${found}; on Kafka 'run' steps them all, else import it with one partition`)
}

/** The range of event time. Fails: usage CLI_FLAG, also for a range that holds no time. */
export const rangeOf = (call: Call): TimeRange => {
  const [from, to] = [isAddress(call.text('from')) ? undefined : timeOf(call, 'from'), timeOf(call, 'to')]
  if (from !== undefined && to !== undefined && from >= to) {
    throw new MillraceError('CLI_FLAG', `--from is before --to, found ${call.text('from')} and ${call.text('to')}`)
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** What the flags say, as far as they say it. */
const toldOf = (call: Call): Partial<Pick<Plan, 'from' | 'to' | 'latencyUs' | 'venue' | 'listed' | 'mode'>> => {
  const latencyMs = call.number('latency-ms', 0)
  const instruments = call.text('instruments')
  const told = {
    ...rangeOf(call),
    latencyUs: latencyMs === undefined ? undefined : Math.round(latencyMs * 1000),
    venue: venueRulesOf(call.list('venue')),
    listed: instruments === undefined ? undefined : listedIn(instruments),
    mode: call.oneOf('mode', MODES),
  }
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined))
}

/** A run goes on with what it began with: flags that say otherwise are refused. Fails: usage CLI_FLAG. */
export const checkResumed = async ({ typed: call }: Call, manifest: Manifest): Promise<void> => {
  const { strategy } = await strategyOf(manifest.strategyFile ?? manifest.strategy)
  const [word] = call.words
  const settings = call.list('set')
  const told = {
    strategy: word === undefined ? undefined : (await strategyOf(word)).strategy.name,
    params: settings.length === 0 ? undefined : paramsOf(strategy, settings),
    topic: call.text('topic'),
    currency: call.text('currency'),
    startBalance: balanceOf(call, manifest.currency),
    log: call.has('memory') ? 'memory' : undefined,
    ...toldOf(call),
  }
  const began: Readonly<Record<string, unknown>> = {
    ...manifest,
    topic: manifest.tape.topic,
    currency: manifest.currency.code,
  }
  for (const [name, value] of Object.entries(told)) {
    if (value === undefined || isDeepStrictEqual(value, began[name])) continue
    const sentence = `a run goes on with what it began with: ${name} was ${JSON.stringify(began[name])}`
    throw new MillraceError('CLI_FLAG', `${sentence}, found ${JSON.stringify(value)}`)
  }
}

/** Where the tape lies: --log, or --from when that is an address; null is the home folder. Fails: usage CLI_FLAG. */
export const sourceOf = (call: Call): string | null => {
  const [log, from] = [call.text('log'), call.text('from')]
  if (!isAddress(from)) return log ?? null
  if (log === undefined) return from!
  throw new MillraceError('CLI_FLAG', `--from is a time when --log says where the topic lies, found '${from}'`)
}

const timeOf = (call: Call, flag: string): number | undefined => {
  const value = call.text(flag)
  if (value === undefined) return undefined
  try {
    return stampReader({ unit: 'text', zone: 'UTC' })(value)
  } catch (cause) {
    throw new MillraceError('CLI_FLAG', `--${flag} is a time like 2014-05-02T12:30:00, found '${value}'`, { cause })
  }
}

const balanceOf = (call: Call, account: Currency): Minor | undefined => {
  const told = call.told('balance')
  if (told === undefined) return undefined
  const { text: value, source } = told
  const place = placeOf(source)
  try {
    const { amount } = parseMoney(value, account)
    if (amount > 0) return amount
  } catch (cause) {
    throw new MillraceError('CLI_FLAG', `${place}: ${messageOf(cause)}`, { cause })
  }
  throw new MillraceError('CLI_FLAG', `${place} is above 0, found '${value}'`)
}

/** The tape of the call: imported, named, or the sample market. */
const tapeFor = async (call: Call, address: string | null): Promise<Tape> => {
  const [data, fromFile, topic] = [call.list('data'), call.text('from-file'), call.text('topic')]
  if (data.length > 0 && topic !== undefined) throw new MillraceError('CLI_FLAG', 'give --data or --topic, not both')
  const files = fromFile === undefined ? data : [fromFile]
  const partitions = call.whole('partitions', 1)
  if (files.length === 0) refuseFileFlags(call, topic ?? 'a sample market')
  if (files.length === 0 && partitions !== undefined)
    throw new MillraceError('CLI_FLAG', '--partitions is of a topic that --from-file records, and there is no file')
  if (files.length === 0 && topic !== undefined) {
    const known = await readTapes(call.config, log => tapeOf(log, topic), address)
    if (known === null) throw noTopic(topic, [])
    return known.tape
  }
  const { tape, isNew } =
    files.length === 0
      ? await importSample(call, address)
      : await importFiles(call, files, { topic, address, ...(partitions !== undefined && { partitions }) })
  if (isNew) call.terminal.say(`recorded ${count(tape.rows)} rows as topic ${tape.topic}${countsText(tape)}`)
  return tape
}

/** Who gives a zone believes that it counts; instruments have fees, too, at the venue. Fails: usage CLI_FLAG. */
const refuseFileFlags = (call: Call, source: string): void => {
  const flag = Object.keys(fileFlags)
    .filter(name => name !== 'instruments')
    .find(name => call.has(name) || call.text(name) !== undefined)
  if (flag === undefined) return
  throw new MillraceError('CLI_FLAG', `--${flag} says how to read a file, but the ticks come from ${source}`)
}

const accountOn = async (call: Call, log: Log, topic: string): Promise<Currency> => {
  const { partition } = (await log.topics()).find(info => info.topic === topic)!
  const known: Instrument[] = []
  for await (const { block } of log.read(topic, partition, 0)) {
    if (block.schema.id !== instruments.schema.id) break
    for (let row = 0; row < block.count; row++) known.push(rowOf(block, row) as unknown as Instrument)
  }
  if (known.length > 0) return accountOf(call, known)
  throw new MillraceError('CLI_TAPE', `topic '${topic}' does not begin with the definition of an instrument`)
}

const FLAG: Source = { type: 'flag', flag: 'currency' }

/** The account is kept in what is asked for, else in what the first instrument is paid in. */
export const accountOf = (call: Call, known: readonly Instrument[]): Currency => {
  const [first] = known as [Instrument]
  const { text: code, source } = call.told('currency') ?? { text: first.quoteCurrency, source: FLAG }
  const { decimals } = known.find(({ quoteCurrency }) => quoteCurrency === code) ?? first
  try {
    return currency(code, decimals)
  } catch (cause) {
    throw new MillraceError('CLI_FLAG', `${placeOf(source)}: ${messageOf(cause)}`, { cause })
  }
}
