import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { planOf } from '../plan.ts'
import { runIn } from '../run.ts'
import { documentOf, summaryOf } from '../summary.ts'
import { type Call, callOf, flagJson, type Verb } from '../verb.ts'
import { backtest, begin } from './backtest.ts'

/** Enough quotes to see them stream. The market finds back to its mean in hundreds; the default window is for fewer. */
const LINE = ['mean-reversion', '--rows', '3000000', '--set', 'window=3000']

export const demo: Verb = {
  usage: 'demo [--json]',
  words: 0,
  flags: { json: flagJson },
  examples: ['demo'],
  async run(call) {
    const { terminal, config } = call
    terminal.say(terminal.style('bold', 'Millrace: a mailbox is a log'))
    const plan = await planOf(callOf(backtest, LINE, call))
    terminal.say(terminal.style('dim', `the same as: millrace backtest ${LINE.join(' ')}\n`))
    const folder = join(config.runs, 'demo')
    rmSync(folder, { recursive: true, force: true })
    const ran = await runIn(call, folder, begin('demo', plan), { follow: false, source: plan.source })
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
    '  npm run -s millrace -- report demo --open                    its equity, trades and figures, as a page',
    '  npm run -s millrace -- graph mean-reversion                  what it is made of',
    '  npm run -s millrace -- backtest mean-reversion --data FILE   your own quotes',
  ].join('\n')
