import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { planOf } from '../plan.ts'
import { runIn } from '../run.ts'
import { documentOf, summaryOf } from '../summary.ts'
import { count } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'
import { begin } from './backtest.ts'

/** The sample market finds back to its mean in hundreds of quotes; the default of 20 is meant for fewer. */
const SETTINGS = ['window=3000']

export const demo: Verb = {
  usage: 'demo [--json]',
  words: 0,
  flags: { json: flagJson },
  examples: ['demo'],
  async run(call) {
    const { terminal, config } = call
    terminal.say(terminal.style('bold', 'Millrace: a mailbox is a log'))
    const plan = await planOf({ ...call, words: ['mean-reversion'], list: () => SETTINGS })
    terminal.say(`${count(plan.tape.rows)} quotes of a sample market in topic ${plan.tape.topic}\n`)
    const folder = join(config.runs, 'demo')
    rmSync(folder, { recursive: true, force: true })
    const ran = await runIn(call, folder, begin('demo', plan))
    if (ran.manifest.status === 'stopped') throw ran.failure
    call.answer(documentOf(ran), () => summaryOf(terminal, ran))
    terminal.say(nextSteps(call))
    return ran.manifest.status === 'finished' ? 0 : 1
  },
}

const nextSteps = ({ terminal }: Call): string =>
  [
    '',
    'The market is synthetic and made to revert: the profit proves nothing, the digests do.',
    terminal.style('dim', 'Run it again: the same digests. Then:'),
    '  npm run -s millrace -- replay demo                           the same run from its log, bit for bit',
    '  npm run -s millrace -- graph mean-reversion                  what it is made of',
    '  npm run -s millrace -- backtest mean-reversion --data FILE   your own quotes',
  ].join('\n')
