import { MillraceError } from '../../engine/errors.ts'
import { instrumentFor } from '../../engine/market/definitions.ts'
import { logFlag } from '../logs.ts'
import { countsText } from '../plan.ts'
import { fileFlags, type Imported, importFile } from '../sources.ts'
import { count } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const importVerb: Verb = {
  usage: 'import FILE [--topic T] [options]',
  words: 1,
  flags: {
    topic: { type: 'text', value: 'T', help: 'the topic; default: the name of the file' },
    log: logFlag,
    partitions: { type: 'text', value: 'N', help: 'spread the instruments over so many partitions; default 1' },
    ...fileFlags,
    json: flagJson,
  },
  examples: [
    'import eurusd-2014-05.csv.gz --zone UTC-5',
    'import trades.csv --topic btc --instrument BTCUSDT --columns at=0,price=1,size=2',
    'import quotes.csv.zst --instrument GER40 --tick 0.1 --crossed refuse',
    'import ticks.parquet --instrument EURUSD --columns at=ts,bid=b,ask=a',
  ],
  async run(call) {
    const [path] = call.words
    if (path === undefined) throw new MillraceError('CLI_NAME', 'no file is named; expected: millrace import FILE')
    const started = performance.now()
    const imported = await importFile(call, path, {
      topic: call.text('topic'),
      address: call.text('log') ?? null,
      partitions: call.whole('partitions', 1) ?? 1,
    })
    const { tape, isNew, rejects } = imported
    const seconds = (performance.now() - started) / 1000
    call.answer({ ...tape, isNew, rejects, seconds }, () => summaryOf(call, imported, seconds))
    call.terminal.say(call.terminal.style('dim', `next: millrace backtest mean-reversion --topic ${tape.topic}`))
    return 0
  },
}

const summaryOf = (call: Call, { tape, isNew, guessed, rejects }: Imported, seconds: number): string => {
  if (!isNew) return `topic ${tape.topic} has it: the same ${count(tape.rows)} rows, read with the same options`
  const lines = [`topic ${tape.topic}: ${count(tape.rows)} rows in ${seconds.toFixed(2)} s${countsText(tape)}`]
  if (guessed !== null) {
    const { tickSize, lotSize, takerFeeBps } = instrumentFor(guessed, call.text('tick'))
    const terms = `tick ${tickSize}, lot ${lotSize}, fee ${takerFeeBps} bps`
    lines.push(`instrument ${guessed}, from the name of the file (${terms}); another: --instrument ID`)
  }
  if (rejects !== null) lines.push(`refused and marked rows: ${rejects}`)
  return lines.join('\n')
}
