import { join, resolve } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { type Manifest, makeRunFolder, type Plan, readManifest, runFolder, writeManifest } from '../manifest.ts'
import { checkResumed, planFlags, planOfOne, sourceOf } from '../plan.ts'
import { writeReport } from '../report/write.ts'
import { type Ran, runIn } from '../run.ts'
import { changedSince } from '../strategy-files.ts'
import { documentOf, summaryOf } from '../summary.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'
import { versions } from '../versions.ts'

export const backtest: Verb = {
  usage: 'backtest <strategy> [--data FILE | --topic T] [options]',
  words: 1,
  flags: {
    ...planFlags,
    out: { type: 'text', value: 'DIR', help: 'the run folder; default: runs/<id> in the home folder' },
    resume: { type: 'text', value: 'RUN', help: 'take up a run that was cut off: its folder or id' },
    report: { type: 'switch', help: 'write report.html into the run folder, too' },
    json: flagJson,
  },
  examples: [
    'backtest mean-reversion',
    'backtest mean-reversion --data eurusd.csv.gz --zone UTC-5 --set window=50',
    'backtest ./my-strategy.ts --topic eurusd --from 2014-05-02 --to 2014-05-03',
    'backtest ema-cross --regime trending --rows 500000 --report',
    'backtest ema-cross --markets EURUSD,USDJPY --currency USD --balance 50000',
    'backtest --resume mean-reversion-20261121-101500',
  ],
  async run(call) {
    if (call.has('report') && call.has('memory')) {
      throw new MillraceError('CLI_FLAG', '--report reads the log of the run, and --memory keeps none')
    }
    const resumed = call.text('resume')
    const ran = resumed === undefined ? await begun(call) : await resume(call, resumed)
    const code = tell(call, ran)
    if (call.has('report')) await writeReport(call, ran.folder)
    return code
  },
}

const begun = async (call: Call): Promise<Ran> => runAnew(call, await planOfOne(call))

/** Runs a plan in a folder of its own: --out, or one that is named for the strategy and the time. */
export const runAnew = async (call: Call, plan: Plan, follow = false): Promise<Ran> => {
  const id = `${plan.strategy}-${stamp()}-${process.pid.toString(36)}`
  const folder = resolve(call.text('out') ?? join(call.config.runs, id))
  const manifest = begin(id, plan)
  makeRunFolder(folder)
  // Ahead of the log: a run that is killed while that is made can be taken up.
  await writeManifest(folder, manifest)
  return runIn(call, folder, manifest, { follow, source: sourceOf(call) })
}

/** The manifest of a run that has not begun. */
export const begin = (id: string, plan: Plan): Manifest => ({
  id,
  status: 'running',
  failure: null,
  ...plan,
  versions: versions(),
  result: null,
})

/** '20261121-101500'. */
const stamp = (): string => new Date().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)

export const resume = async (call: Call, run: string, follow = false): Promise<Ran> => {
  const folder = runFolder(call.config, run)
  const manifest = readManifest(folder)
  await checkResumed(call, manifest)
  const changed = changedSince(manifest)
  if (changed.length > 0)
    throw new MillraceError('CLI_RUN', `${changed.join(', ')} changed since the run began: put it back to go on`)
  if (manifest.log === 'memory') throw new MillraceError('CLI_RUN', `${manifest.id} kept its log in memory: it is gone`)
  call.terminal.say(`taking up ${manifest.id}`)
  return runIn(call, folder, manifest, { follow, source: manifest.source })
}

/** The result to stdout; what to do next to people. */
const tell = (call: Call, ran: Ran): number => {
  const { manifest, folder } = ran
  const { terminal } = call
  if (manifest.status === 'stopped') {
    terminal.say(`stopped; take it up: millrace backtest --resume ${folder}`)
    throw ran.failure
  }
  call.answer(documentOf(ran), () => summaryOf(terminal, ran))
  const isWhole = manifest.status === 'finished'
  if (isWhole && manifest.result?.ticks === 0)
    terminal.say(
      `nothing was stepped: no quote or trade of ${manifest.tape.topic} is in the range; see millrace topics`,
    )
  if (!isWhole) terminal.say(`cut off, and committed; take it up: millrace backtest --resume ${folder}`)
  else if (manifest.log === 'lmdb') {
    terminal.say(terminal.style('dim', `prove it: millrace replay ${folder}`))
    terminal.say(terminal.style('dim', `see it: millrace report ${folder} --open`))
  }
  return isWhole ? 0 : 1
}
