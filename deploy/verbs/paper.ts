import { MillraceError } from '../../engine/errors.ts'
import { logFlag } from '../logs.ts'
import { planFlags, planOfOne } from '../plan.ts'
import type { Ran } from '../run.ts'
import { documentOf, summaryOf } from '../summary.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'
import { resume, runAnew } from './backtest.ts'

const { topic, from, set, balance, currency, 'latency-ms': latency, venue, instruments } = planFlags

export const paper: Verb = {
  usage: 'paper <strategy> --topic T [--log kafka://host:port] [options]',
  words: 1,
  flags: {
    topic: { ...topic!, help: 'the topic to follow: from its begin to where it ends, and on' },
    log: { ...logFlag, setting: 'log' },
    from: from!,
    set: set!,
    balance: balance!,
    currency: currency!,
    'latency-ms': latency!,
    venue: venue!,
    instruments: instruments!,
    out: { type: 'text', value: 'DIR', help: 'the run folder; default: runs/<id> in the home folder' },
    resume: { type: 'text', value: 'RUN', help: 'go on with a run that was ended: its folder or id' },
    name: { type: 'text', value: 'NAME', help: 'on Kafka, of the run: its consumer group and topics' },
    json: flagJson,
  },
  examples: [
    'paper mean-reversion --topic eurusd',
    'paper ./my-strategy.ts --topic eurusd --set window=50 --json',
    'paper --resume mean-reversion-20261121-101500-p1',
    'paper mean-reversion --log kafka://127.0.0.1:9092 --topic eurusd --name desk-1',
  ],
  async run(call) {
    const resumed = call.text('resume')
    if (resumed === undefined && call.text('topic') === undefined) throw noTopicNamed()
    // On a log that processes share, it is what `run` does until Ctrl-C.
    if (resumed === undefined && call.text('log')?.startsWith('kafka://')) {
      const { run } = await import('./run.ts')
      return run.run(call)
    }
    return tell(
      call,
      resumed === undefined ? await runAnew(call, await planOfOne(call), FOLLOW) : await resume(call, resumed, FOLLOW),
    )
  },
}

const FOLLOW = true

/** The result to stdout; what to do next to people. A run that was asked to end has done what it should. */
const tell = (call: Call, ran: Ran): number => {
  const { manifest, folder } = ran
  const { terminal } = call
  if (manifest.status === 'stopped') {
    terminal.say(`stopped; go on with it: millrace paper --resume ${folder}`)
    throw ran.failure
  }
  call.answer(documentOf(ran), () => summaryOf(terminal, ran))
  terminal.say(terminal.style('dim', `go on with it: millrace paper --resume ${folder}`))
  terminal.say(terminal.style('dim', `prove it: millrace replay ${folder}`))
  return 0
}

const noTopicNamed = (): MillraceError =>
  new MillraceError('CLI_FLAG', 'paper follows a topic: --topic T; over a file or a sample market: backtest')
