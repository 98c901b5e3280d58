import { parseQuestdb } from '../../connectors/questdb/config.ts'
import { openQuestdb, type Questdb } from '../../connectors/questdb/questdb.ts'
import { questdbSink, type Sink, type SinkState } from '../../connectors/questdb/sink.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Log, TopicInfo } from '../../engine/log/port.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { logFlag, openLog } from '../logs.ts'
import { noTopic, tapesOf } from '../tapes.ts'
import { count, rate, table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const store: Verb = {
  usage: 'store TOPIC... --log URL --to questdb://host [--run NAME]',
  words: 50,
  flags: {
    log: { ...logFlag, help: 'the log that holds the topics: kafka://host:port/prefix' },
    to: { type: 'text', value: 'URL', help: 'the database: questdb://user@host:9000?pg=8812' },
    run: { type: 'text', value: 'NAME', help: 'all that a run writes, too: orders, fills, equity, dead letters' },
    'to-end': { type: 'switch', help: 'end where the topics end now; without it: wait for more until Ctrl-C' },
    json: flagJson,
  },
  examples: [
    'store eurusd --log kafka://127.0.0.1:9092 --to questdb://127.0.0.1 --to-end',
    'store eurusd --run mean-reversion --log kafka://127.0.0.1:9092 --to questdb://127.0.0.1',
  ],
  async run(call) {
    const [address, to] = [call.text('log'), call.text('to')]
    if (address === undefined || to === undefined)
      throw new MillraceError('CLI_FLAG', 'store takes topics from a log to a database; expected: --log URL --to URL')
    const log = await openLog(call.config, address)
    try {
      const sources = await sourcesOf(call, log)
      const password = call.config.secrets.questdb
      const questdb = await openQuestdb({ address: parseQuestdb(to, { password }) })
      try {
        return await stored(call, { log, questdb, sources })
      } finally {
        await questdb.close()
      }
    } finally {
      await log.close()
    }
  },
}

/** Partitions of the topics that are named, and of those that the run writes and a table takes. */
const sourcesOf = async (call: Call, log: Log): Promise<readonly TopicInfo[]> => {
  const run = call.text('run')
  const infos = await log.topics()
  if (call.words.length === 0 && run === undefined)
    throw new MillraceError('CLI_NAME', 'no topic is named; expected: millrace store TOPIC... or --run NAME')
  for (const word of call.words) if (!infos.some(({ topic }) => topic === word)) throw noTopic(word, await tapesOf(log))
  const written = new Set(writes.map(topic => `${run}.${topic}`))
  return infos.filter(({ topic }) => call.words.includes(topic) || written.has(topic))
}

/** What a run writes for others to read; the rest is its own book-keeping. */
const writes = ['orders', 'executions', 'equity', 'dead-letters']

interface Work {
  readonly log: Log
  readonly questdb: Questdb
  readonly sources: readonly TopicInfo[]
}

const stored = async (call: Call, { log, questdb, sources }: Work): Promise<number> => {
  const sinks = sources.map(({ topic, partition }) =>
    questdbSink({
      ...{ questdb, log, clock: systemClock },
      mailbox: { topic, partition, follow: !call.has('to-end') },
      onRetry: ({ task, reason }) => call.terminal.say(`${task}: ${reason}; trying again`),
      onProgress: () => draw(call, sinks, sources),
    }),
  )
  const started = performance.now()
  const ends = await Promise.all(sinks.map(sink => sink.run(call.signal)))
  const seconds = (performance.now() - started) / 1000
  const states = sinks.map(sink => sink.state())
  const rows = sum(states, 'rows')
  const document = { rows, rejects: sum(states, 'rejects'), seconds, sinks: states }
  call.answer(
    document,
    () => `${tableOf(states)}\n\n${count(rows)} rows in ${seconds.toFixed(2)} s, ${rate(rows / seconds)} rows/s`,
  )
  return ends.every(end => end === 'finished') || !call.has('to-end') ? 0 : 1
}

const sum = (states: readonly SinkState[], name: 'rows' | 'rejects'): number =>
  states.reduce((total, state) => total + state[name], 0)

const draw = ({ terminal }: Call, sinks: readonly Sink[], sources: readonly TopicInfo[]): void => {
  const states = sinks.map(sink => sink.state())
  const all = sources.reduce((total, { rows }) => total + rows, 0)
  const rows = sum(states, 'rows')
  terminal.progress(Math.min(1, rows / Math.max(1, all)), () => [
    `${count(rows)} rows`,
    `${count(sum(states, 'rejects'))} refused`,
  ])
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
