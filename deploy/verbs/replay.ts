import { MillraceError } from '../../engine/errors.ts'
import type { Log } from '../../engine/log/port.ts'
import { scopedLog } from '../../engine/log/scoped.ts'
import type { Micros } from '../../engine/market/units.ts'
import type { Digests } from '../../engine/run/digests.ts'
import { type Difference, type ReplayEnd, replayRun } from '../../engine/run/replay.ts'
import { systemClock } from '../../engine/time/clock.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { type Again, isEqual, replayAgain } from '../live/again.ts'
import { foreignFlags, foreignOf, openForeign } from '../live/foreign.ts'
import { readNotes } from '../live/notes.ts'
import { kafkaOf, logFlag, openLog } from '../logs.ts'
import { endedResult, type Manifest, type Plan, readManifest, runFolder } from '../manifest.ts'
import { checkTape, openEndedRun } from '../run.ts'
import { strategyOf } from '../strategies.ts'
import { changedSince } from '../strategy-files.ts'
import { noTopic, readTapes, tapeOf } from '../tapes.ts'
import { count, rate, table, timeLeft } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const replay: Verb = {
  usage: 'replay <run folder | run id> [--json], or replay NAME --log URL',
  words: 1,
  flags: {
    log: { ...logFlag, help: 'the shared log of a run that the verb run has made: kafka://host:port/prefix' },
    ...foreignFlags,
    instrument: { type: 'text', value: 'IDS', help: 'of a foreign topic, as it was run' },
    tick: { type: 'text', value: 'SIZE', help: 'of a foreign topic, as it was run' },
    json: flagJson,
  },
  examples: [
    'replay demo',
    'replay mean-reversion-20261121-101500-1 --json',
    'replay mean-reversion --log kafka://127.0.0.1:9092',
  ],
  async run(call) {
    const [run] = call.words
    const address = call.text('log')
    if (address !== undefined) return replayLive(call, address, run)
    const folder = runFolder(call.config, run)
    const manifest = readManifest(folder)
    const recorded = endedResult(folder, manifest)
    warn(call, manifest)
    const started = performance.now()
    const end = await replayed(call, folder, manifest, recorded.rows)
    return tell(call, recorded.digests, end, (performance.now() - started) / 1000)
  },
}

const replayed = async (call: Call, folder: string, manifest: Manifest, rows: number): Promise<ReplayEnd> => {
  const { tape, params, startBalance, currency, from, to, mode, venue = {} } = manifest
  const { strategy } = await strategyOf(manifest.strategyFile ?? manifest.strategy)
  const again = async (tapes: Log): Promise<ReplayEnd> => {
    checkTape(await tapeOf(tapes, tape.topic), tape)
    const log = await openEndedRun(folder, manifest)
    try {
      const { fillsFrom = 'quotes' } = venue
      const options = { strategy, params, log, startBalance, currency, fillsFrom, rows, mode, clock: systemClock }
      const range = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) }
      return await replayRun(
        { ...options, ...range, tape: { log: tapes, topic: tape.topic, partition: 0 }, onProgress: drawer(call, rows) },
        call.signal,
      )
    } finally {
      await log.close()
    }
  }
  const end = await readTapes(call.config, again, manifest.source)
  if (end === null) throw noTopic(tape.topic, [])
  return end
}

/** Whether it decides the same is for the digests to tell. */
const warn = (call: Call, plan: Plan): void => {
  const changed = changedSince(plan)
  if (changed.length > 0) call.terminal.say(`${changed.join(', ')} changed since the run began`)
}

const drawer = ({ terminal }: Call, all: number): ((progress: { rows: number; at: number }) => void) => {
  const started = performance.now()
  const left = timeLeft()
  return ({ rows, at }) =>
    terminal.progress(rows / all, () => {
      const speed = rows / ((performance.now() - started) / 1000)
      const when = formatMicros(at as Micros).slice(0, 16)
      return [`${rate(speed)} ticks/s`, when, left(rows / all)]
    })
}

const tell = (call: Call, recorded: Digests, end: ReplayEnd, seconds: number): number => {
  const { rows, difference, digests } = end
  const names = Object.keys(recorded) as (keyof Digests)[]
  const isEqual = difference === null && names.every(name => recorded[name] === digests[name])
  call.answer({ equal: isEqual, rows, seconds, recorded, replayed: digests, difference }, () => {
    const { style } = call.terminal
    const verdict = isEqual
      ? `${style('green', 'the replay is the run')}, bit for bit: ${count(rows)} rows in ${seconds.toFixed(2)} s`
      : `${style('red', 'the replay is another run')}${differenceText(difference)}`
    return `${compared(call, recorded, digests)}\n\n${verdict}`
  })
  return isEqual ? 0 : 1
}

const compared = ({ terminal }: Call, recorded: Partial<Digests>, replayed: Digests): string =>
  table(
    ['digest', 'recorded', 'replayed', ''],
    (Object.entries(recorded) as [keyof Digests, string][]).map(([name, digest]) => {
      const isSame = digest === replayed[name]
      const verdict = terminal.style(isSame ? 'green' : 'red', isSame ? 'equal' : 'differs')
      return [name, digest, replayed[name], verdict]
    }),
  )

const differenceText = (difference: Difference | null): string => {
  if (difference === null) return ': every decision and order is the same, the digests are not'
  const { what, place, recorded, replayed } = difference
  return `: the first ${what} that differs is at ${place}\n  recorded  ${recorded}\n  replayed  ${replayed}`
}

/** A run in a shared log: every partition, as far as it is committed. */
const replayLive = async (call: Call, address: string, name: string | undefined): Promise<number> => {
  if (name === undefined)
    throw new MillraceError('CLI_NAME', 'no run is named; expected: millrace replay NAME --log URL')
  const foreign = foreignOf(call)
  await using open = new AsyncDisposableStack()
  const log = open.adopt(await openLog(call.config, address), one => one.close())
  const { plan } = await readNotes(scopedLog(log, name))
  if (plan !== null) warn(call, plan)
  const topic = plan?.tape.topic
  const decoded =
    foreign && topic
      ? open.adopt(await openForeign(kafkaOf(call.config, address), topic, foreign), one => one.close())
      : null
  const parts = await replayAgain({
    ...{ log, name, mailbox: decoded?.source ?? log, signal: call.signal },
    onProgress: (rows, all) => call.terminal.progress(rows / all, () => [`${count(rows)} rows`]),
  })
  call.answer(
    parts.map(part => ({ ...part, equal: isEqual(part) })),
    () => parts.map(part => partText(call, part, parts.length)).join('\n\n'),
  )
  return parts.every(isEqual) ? 0 : 1
}

const partText = (call: Call, part: Again, parts: number): string => {
  const { partition, committed, recorded, end, noted } = part
  const { style } = call.terminal
  const verdict = isEqual(part)
    ? `${style('green', 'the replay is the run')}, bit for bit: ${count(end.rows)} rows${limitText(part)}`
    : `${style('red', 'the replay is another run')}${lossText(part) ?? differenceText(end.difference)}`
  const title = parts === 1 ? '' : `partition ${partition}\n`
  const isPast = noted !== null && end.noted !== undefined && noted.rows < committed
  const before = isPast ? `noted at ${count(noted.rows)} rows\n${compared(call, noted.digests, end.noted)}\n\n` : ''
  const place = isPast ? `committed at ${count(committed)} rows\n` : ''
  return `${title}${before}${place}${compared(call, recorded, end.digests)}\n\n${verdict}`
}

/** How far which digests were compared, where a run has gone on from what it noted: it was killed, or is at it. */
const limitText = ({ committed, noted }: Again): string => {
  if (noted?.rows === committed) return ''
  const to = `up to its last commit, at ${count(committed)} rows`
  return noted === null
    ? `\n  it has noted no end: decisions, orders and fills were compared ${to}; its state was not`
    : `\n  it went on from its last end: its state was compared at ${count(noted.rows)} rows, all else ${to}`
}

const lossText = ({ committed, noted }: Again): string | null =>
  noted !== null && noted.rows > committed
    ? `: it had noted ${count(noted.rows)} rows, and ${count(committed)} of them are committed`
    : null
