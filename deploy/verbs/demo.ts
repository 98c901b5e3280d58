import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { minor } from '../../engine/market/units.ts'
import { meanReversion } from '../../strategies/mean-reversion.ts'
import { runIn, summaryOf } from '../run.ts'
import { importSample } from '../sources.ts'
import { openTapes } from '../tapes.ts'
import { count } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'
import { versions } from '../versions.ts'

/** Enough to see it stream, made in a moment. */
const ROWS = 3_000_000
/** The sample market finds back to its mean in hundreds of quotes; the default of 20 is meant for fewer. */
const WINDOW = 3000

export const demo: Verb = {
  name: 'demo',
  summary: 'A first look: a sample market through the mean-reversion strategy on the embedded log.',
  usage: 'demo',
  flags: { json: flagJson },
  examples: ['demo'],
  async run(call) {
    const { terminal, config } = call
    terminal.say(terminal.style('bold', 'Millrace: a mailbox is a log'))
    const log = await openTapes(config)
    const { tape, isNew } = await importSample(log, {
      regime: 'mean-reverting',
      rows: ROWS,
      seed: 1,
      instruments: ['EURUSD'],
    })
    await log.close()
    terminal.say(`${isNew ? 'made' : 'found'} ${count(tape.rows)} quotes of a sample market as topic ${tape.topic}`)
    const folder = join(config.runs, 'demo')
    rmSync(folder, { recursive: true, force: true })
    const ran = await runIn(call, folder, {
      id: 'demo',
      status: 'running',
      strategy: meanReversion.name,
      strategyFile: null,
      params: { window: WINDOW },
      tape,
      from: null,
      to: null,
      startBalance: minor(100_000_000_000),
      decimals: 6,
      latencyUs: 1000,
      versions: versions(),
      result: null,
    })
    terminal.print(call.has('json') ? JSON.stringify(ran.result) : summaryOf(call, folder, ran))
    if (ran.end.actor.type === 'stopped') throw ran.end.actor.error
    terminal.say(
      [
        '',
        'The market is synthetic and made to revert: the profit proves nothing, the digests do.',
        terminal.style('dim', 'run it again: the same digests. Then:'),
        '  npm run -s millrace -- replay demo                        the same run from its log, bit for bit',
        '  npm run -s millrace -- graph mean-reversion               what it is made of',
        '  npm run -s millrace -- backtest mean-reversion --data F   your own file',
      ].join('\n'),
    )
    return 0
  },
}
