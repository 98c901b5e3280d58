import { existsSync } from 'node:fs'
import { MillraceError } from '../../engine/errors.ts'
import { fileFlags, importFile } from '../sources.ts'
import { openTapes } from '../tapes.ts'
import { count, table } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

export const importVerb: Verb = {
  name: 'import',
  summary: 'Reads a file of quotes or trades into a topic of the embedded log. The same file is read once.',
  usage: 'import FILE [--topic T] [options]',
  flags: {
    topic: { type: 'text', value: 'T', help: 'the topic; default: from the file name and its content' },
    ...fileFlags,
    json: flagJson,
  },
  examples: [
    'import quotes/eurusd-2014-05.csv.gz --zone UTC-5',
    'import trades.csv --topic btc --instrument BTCUSDT --columns at=0,price=1,size=2',
  ],
  async run(call) {
    const [path] = call.words
    if (path === undefined) throw new MillraceError('CLI_NAME', 'name a file to import')
    const log = await openTapes(call.config)
    try {
      const { tape, isNew, report } = await importFile(call, log, path, call.text('topic'))
      if (call.has('json')) {
        call.terminal.print(JSON.stringify({ ...tape, isNew, rejectsFile: report?.rejectsFile ?? null }))
        return 0
      }
      const rows = Object.entries({ rows: tape.rows, ...tape.counts }).map(([name, number]) => [name, count(number)])
      call.terminal.print(table([tape.topic, ''], rows))
      if (!isNew) call.terminal.say('it was there already: same bytes, same options')
      if (report?.rejectsFile && existsSync(report.rejectsFile))
        call.terminal.say(`refused rows: ${report.rejectsFile}`)
      call.terminal.say(call.terminal.style('dim', `next: millrace backtest mean-reversion --topic ${tape.topic}`))
      return 0
    } finally {
      call.terminal.settle()
      await log.close()
    }
  },
}
