import { isAbsolute, join, resolve } from 'node:path'
import { REGIMES, type Regime } from '../../connectors/sample/regime.ts'
import { MillraceError } from '../../engine/errors.ts'
import { minor } from '../../engine/market/units.ts'
import { stampReader } from '../../engine/time/stamp.ts'
import { type Ran, runIn, summaryOf } from '../run.ts'
import { type Manifest, readManifest } from '../run-folder.ts'
import { fileFlags, type Imported, importFile, importSample } from '../sources.ts'
import { paramsOf, strategyOf } from '../strategies.ts'
import { openTapes, type TapeRecord, tapeOf } from '../tapes.ts'
import { count } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'
import { versions } from '../versions.ts'

const DECIMALS = 6

export const backtest: Verb = {
  name: 'backtest',
  summary: 'Runs a strategy over a recorded topic with the paper venue, and writes a run folder.',
  usage: 'backtest <strategy> [--data FILE | --topic T] [options]',
  flags: {
    data: { type: 'text', value: 'FILE', help: 'CSV of quotes or trades, plain, gzip or zstd; imported once' },
    topic: { type: 'text', value: 'T', help: 'a topic that was imported before; without both: a sample market' },
    regime: { type: 'text', value: 'NAME', help: `of the sample market: ${REGIMES.join(', ')}` },
    rows: { type: 'text', value: 'N', help: 'of the sample market; default 1000000' },
    from: { type: 'text', value: 'TIME', help: 'first event time: 2014-05-02 or 2014-05-02T12:30:00Z' },
    to: { type: 'text', value: 'TIME', help: 'event time to stop before' },
    set: { type: 'list', value: 'k=v', help: 'a parameter of the strategy; may be repeated' },
    balance: { type: 'text', value: 'N', help: 'start balance in the quote currency; default 100000' },
    'latency-ms': { type: 'text', value: 'N', help: 'from decision to venue; default 1' },
    out: { type: 'text', value: 'DIR', help: 'run folder; default <home>/runs/<id>' },
    resume: { type: 'text', value: 'RUN', help: 'take up a run that was cut off: folder or id' },
    json: flagJson,
    ...fileFlags,
  },
  examples: [
    'backtest mean-reversion',
    'backtest mean-reversion --data eurusd.csv.gz --zone UTC-5 --set window=50',
    'backtest ./my-strategy.ts --topic eurusd-3fa1c2 --from 2014-05-02 --to 2014-05-03',
    'backtest mean-reversion --resume mean-reversion-20261121-101500-1',
  ],
  async run(call) {
    const resumed = call.text('resume')
    const [folder, manifest] = resumed ? taken(call, resumed) : await planned(call)
    const ran = await runIn(call, folder, manifest)
    return tell(call, folder, ran)
  },
}

/** The run of an earlier manifest. A run that is complete is made again from its last commit: the same files. */
const taken = (call: Call, run: string): readonly [string, Manifest] => {
  const folder = folderOf(call, run)
  const manifest = readManifest(folder)
  call.terminal.say(`taking up ${manifest.id} (${manifest.status})`)
  return [folder, manifest]
}

/** A run by its folder or its id. */
export const folderOf = ({ config }: Call, run: string): string =>
  isAbsolute(run) || /[\\/]/.test(run) ? resolve(run) : join(config.runs, run)

const planned = async (call: Call): Promise<readonly [string, Manifest]> => {
  const { strategy, file } = await strategyOf(call.words[0])
  const params = paramsOf(strategy, call.list('set'))
  strategy.build(params)
  const [from, to] = [timeOf(call, 'from'), timeOf(call, 'to')]
  const startBalance = minor(Math.round(call.number('balance', 100_000) * 10 ** DECIMALS))
  const latencyUs = Math.round(call.number('latency-ms', 1) * 1000)
  const tape = await tapeFor(call)
  const id = `${strategy.name}-${stamp()}-${process.pid.toString(36)}`
  const manifest: Manifest = {
    id,
    status: 'running',
    strategy: strategy.name,
    strategyFile: file,
    params,
    tape,
    from,
    to,
    startBalance,
    decimals: DECIMALS,
    latencyUs,
    versions: versions(),
    result: null,
  }
  return [resolve(call.text('out') ?? join(call.config.runs, id)), manifest]
}

const stamp = (): string => new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)

const timeOf = (call: Call, flag: string): number | null => {
  const value = call.text(flag)
  if (value === undefined) return null
  try {
    return stampReader({ unit: 'text', zone: 'UTC' })(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value)
  } catch (cause) {
    throw new MillraceError('CLI_FLAG', `--${flag} is a time like 2014-05-02T12:30:00Z, found '${value}'`, { cause })
  }
}

/** The tape of the call: imported, named, or the sample market. */
const tapeFor = async (call: Call): Promise<TapeRecord> => {
  const [data, topic, regime] = ['data', 'topic', 'regime'].map(flag => call.text(flag))
  if (data && topic) throw new MillraceError('CLI_FLAG', 'give --data or --topic, not both')
  const log = await openTapes(call.config, { readOnly: topic !== undefined })
  try {
    if (topic) return await tapeOf(log, topic)
    if (data) return told(call, await importFile(call, log, data))
    if (regime && !REGIMES.includes(regime as Regime)) {
      throw new MillraceError('CLI_FLAG', `--regime is one of ${REGIMES.join(', ')}, found '${regime}'`)
    }
    const rows = call.number('rows', 1_000_000)
    const sample = { regime: (regime ?? 'mean-reverting') as Regime, rows, seed: 1, instruments: ['EURUSD'] }
    return told(call, await importSample(log, sample))
  } finally {
    await log.close()
  }
}

const told = ({ terminal }: Call, { tape, isNew }: Imported): TapeRecord => {
  const found = Object.entries(tape.counts).filter(([, number]) => number > 0)
  const counts = found.map(([name, number]) => `${count(number)} ${name}`).join(', ')
  const what = isNew ? 'imported' : 'there already:'
  terminal.say(`${what} ${count(tape.rows)} rows as topic ${tape.topic}${counts ? ` (${counts})` : ''}`)
  return tape
}

/** The result to stdout; what to do next to people. Exit code by how the run ended. */
const tell = (call: Call, folder: string, ran: Ran): number => {
  const { manifest, result, end, seconds } = ran
  const { actor } = end
  if (call.has('json')) {
    const ticksPerSecond = Math.round(actor.counts.rows / seconds)
    const { tape, strategy, id, status } = manifest
    const rejects = tape.counts
    call.terminal.print(
      JSON.stringify({
        strategy,
        ...result,
        seconds,
        ticksPerSecond,
        runDir: folder,
        rejects,
        id,
        status,
        topic: tape.topic,
      }),
    )
  } else call.terminal.print(summaryOf(call, folder, ran))
  if (actor.type === 'stopped') throw actor.error
  const next = actor.type === 'drained' ? `backtest ${manifest.strategy} --resume ${folder}` : `replay ${folder}`
  call.terminal.say(
    call.terminal.style('dim', `${actor.type === 'drained' ? 'stopped; go on' : 'prove it'}: millrace ${next}`),
  )
  return actor.type === 'drained' ? 1 : 0
}
