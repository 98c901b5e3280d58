import type { Logger } from '../../connectors/metrics/logger.ts'
import { parseQuestdb } from '../../connectors/questdb/config.ts'
import type { SinkState } from '../../connectors/questdb/sink.ts'
import { tables } from '../../connectors/questdb/tables.ts'
import { deadLettersOf } from '../../engine/actor/dead-letters.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { TopicInfo } from '../../engine/log/port.ts'
import { intents, orders } from '../../engine/market/topics.ts'
import { equity, executions } from '../../engine/run/topics.ts'
import { noRun, runsOf } from '../live/again.ts'
import { healthFlags, openMonitor } from '../live/monitor.ts'
import { runSinks, type Store } from '../live/sinks.ts'
import { storyOf } from '../live/story.ts'
import { kafkaOf, logFlag } from '../logs.ts'
import { near } from '../near.ts'
import { type KnownTape, noTopic, tapesOf } from '../tapes.ts'
import { count, rate, table, timeLeft } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const store: Verb = {
  usage: 'store TOPIC... --log URL --to questdb://host [--run NAME] [options]',
  words: 50,
  flags: {
    log: { ...logFlag, help: 'the log that holds the topics: kafka://host:port/prefix', setting: 'log' },
    to: { type: 'text', value: 'URL', help: 'the database: questdb://user@host:9000?pg=8812', setting: 'questdb' },
    run: { type: 'text', value: 'NAME', help: 'all that a run writes, too: orders, fills, equity, dead letters' },
    'to-end': { type: 'switch', help: 'end where the topics end now; without it: wait for more until Ctrl-C' },
    keep: {
      type: 'list',
      value: 'TABLE=TIME',
      help: "how long rows are kept, by event time: quotes='30 DAYS'; default: for ever",
    },
    ...healthFlags,
    json: flagJson,
  },
  examples: [
    'store eurusd --log kafka://127.0.0.1:9092 --to questdb://127.0.0.1 --to-end',
    'store eurusd --run mean-reversion --log kafka://127.0.0.1:9092 --to questdb://127.0.0.1 --health 9465',
    "store quotes --log kafka://broker/desk --to 'questdb://millrace@db:9000?pg=8812' --keep quotes='90 DAYS'",
  ],
  async run(call) {
    const [address, to] = [call.text('log'), call.text('to')]
    if (address?.startsWith('kafka://') !== true || to === undefined) throw noAddress()
    const ttl = Object.fromEntries(call.list('keep').map(keptOf))
    const place = parseQuestdb(to, { password: call.config.secrets.questdb })
    const kafka = kafkaOf(call.config, address)
    const { openQuestdb } = await import('../../connectors/questdb/questdb.ts')
    const { fading } = await import('../../connectors/questdb/ttl.ts')
    const { openKafkaLog } = await import('../../connectors/kafka/kafka-log.ts')
    await using open = new AsyncDisposableStack()
    const story = open.adopt(await storyOf(call, 'store'), one => one.flush())
    const onRetry = (reason: string): void => story.warn('tried again', { reason })
    const log = open.adopt(await openKafkaLog({ ...kafka, onRetry }), one => one.close())
    const known = await tapesOf(log)
    const wanted = wantedOf(call, known, story)
    const questdb = open.adopt(await openQuestdb({ address: place, ttl }), one => one.close())
    const infos = known.map(({ info }) => info).filter(({ topic }) => wanted.includes(topic))
    for (const sentence of await fading(questdb, infos)) story.warn(sentence)
    const { openNoted } = await import('../live/noted.ts')
    const shown = open.adopt(await openMonitor(call), one => one.close())
    const options = { kafka, questdb, monitor: shown, run: call.text('run') }
    const { monitor } = open.adopt(await openNoted(options), one => one.close())
    return await stored(call, {
      ...{ kafka, log, questdb, monitor, story, follow: !call.has('to-end') },
      isWanted: topic => wanted.includes(topic),
      onProgress: drawer(call, infos),
    })
  },
}

const expected = 'store takes topics from a log to a database; expected: --log kafka://host:port --to questdb://host'
const noAddress = (): MillraceError => new MillraceError('CLI_FLAG', expected)

/** 'quotes=30 DAYS'. */
const keptOf = (text: string): readonly [table: string, time: string] => {
  const [, name, time] = /^(\w+)=([1-9]\d* (?:HOUR|DAY|WEEK|MONTH|YEAR)S?)$/i.exec(text) ?? []
  if (name === undefined || time === undefined)
    throw new MillraceError('CLI_FLAG', `--keep is TABLE=TIME like quotes='30 DAYS', found '${text}'`)
  const known = tables.map(table => table.name)
  if (known.includes(name)) return [name, time]
  throw new MillraceError(
    'CLI_FLAG',
    `--keep knows no table '${name}'${near(name, known)}; there are: ${known.join(', ')}`,
  )
}

/** What a run writes for others to read; the rest is its own book-keeping. */
const writtenBy = (run: string): readonly string[] =>
  [intents.name, orders.name, executions.name, equity.name, deadLettersOf(run)].map(topic => `${run}.${topic}`)

/** The topics that are named, and those that the run writes: who follows may wait for these. */
const wantedOf = (call: Call, known: readonly KnownTape[], story: Logger): readonly string[] => {
  const [run, names] = [call.text('run'), call.words]
  if (names.length === 0 && run === undefined)
    throw new MillraceError('CLI_NAME', 'no topic is named; expected: millrace store TOPIC... or --run NAME')
  const missing = names.find(name => !known.some(({ info }) => info.topic === name))
  if (missing !== undefined) throw noTopic(missing, known)
  const infos = known.map(({ info }) => info)
  if (run !== undefined && !runsOf(infos).includes(run)) {
    if (call.has('to-end')) throw noRun(run, infos)
    story.warn('no such run yet', { run, runs: runsOf(infos) })
  }
  return [...names, ...(run === undefined ? [] : writtenBy(run))]
}

const stored = async (call: Call, store: Store): Promise<number> => {
  const started = performance.now()
  const states = await runSinks(store, call.signal)
  const seconds = (performance.now() - started) / 1000
  const rows = sum(states, 'rows')
  const document = { rows, rejects: sum(states, 'rejects'), seconds, sinks: states }
  call.answer(
    document,
    () => `${tableOf(states)}\n\n${count(rows)} rows in ${seconds.toFixed(2)} s, ${rate(rows / seconds)} rows/s`,
  )
  return store.follow || !call.signal.aborted ? 0 : 1
}

const sum = (states: readonly SinkState[], name: 'rows' | 'rejects'): number =>
  states.reduce((total, state) => total + state[name], 0)

const drawer = ({ terminal }: Call, infos: readonly TopicInfo[]): Store['onProgress'] => {
  const all = infos.reduce((total, { rows }) => total + rows, 0)
  const started = performance.now()
  const left = timeLeft()
  return states => {
    const [rows, rejects] = [sum(states, 'rows'), sum(states, 'rejects')]
    const share = all === 0 ? 0 : Math.min(1, rows / all)
    terminal.progress(share, () => [
      `${count(rows)} rows`,
      `${rate(rows / ((performance.now() - started) / 1000))} rows/s`,
      rejects === 0 ? '' : `${count(rejects)} refused`,
      left(share),
    ])
  }
}

const tableOf = (states: readonly SinkState[]): string =>
  table(
    ['from', 'rows', 'refused', 'requests', 'MB', 'tried again'],
    states.map(({ task, rows, rejects, requests, bytes, retries }) => [
      task.replace('questdb/', ''),
      ...[rows, rejects, requests].map(count),
      (bytes / 1e6).toFixed(1),
      count(retries),
    ]),
  )
