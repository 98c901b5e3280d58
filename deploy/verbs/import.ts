import { MillraceError } from '../../engine/errors.ts'
import { fileFlags } from '../file-flags.ts'
import { logFlag } from '../logs.ts'
import { type Imported, importFiles } from '../sources.ts'
import { countsText } from '../tapes.ts'
import { count } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

export const importVerb: Verb = {
  usage: 'import FILE... [--topic T] [options]',
  words: 64,
  flags: {
    topic: { type: 'text', value: 'T', help: 'the topic; default: the names of the files' },
    log: logFlag,
    partitions: { type: 'text', value: 'N', help: 'spread the instruments over so many partitions; default 1' },
    ...fileFlags,
    json: flagJson,
  },
  examples: [
    'import eurusd-2014-05.csv.gz --zone UTC-5',
    'import trades.csv --topic btc --instrument BTCUSDT --columns at=0,price=1,size=2',
    'import quotes.csv.zst --instrument GER40 --tick 0.1 --crossed refuse',
    'import eurusd.csv.gz,zone=UTC-5 xauusd.csv.gz btcusdt-capture.jsonl.gz',
    'import gbpusd-bid.csv --asks gbpusd-ask.csv',
    'import ticks.parquet --instrument EURUSD --columns at=ts,bid=b,ask=a',
  ],
  async run(call) {
    if (call.words.length === 0) throw new MillraceError('CLI_NAME', 'no file is named; expected: millrace import FILE')
    const started = performance.now()
    const imported = await importFiles(call, call.words, {
      topic: call.text('topic'),
      address: call.text('log') ?? null,
      partitions: call.whole('partitions', 1) ?? 1,
    })
    const { tape, isNew, rejects, stamps } = imported
    const seconds = (performance.now() - started) / 1000
    call.answer({ ...tape, isNew, rejects: rejects.join(', ') || null, stamps, seconds }, () =>
      summaryOf(imported, seconds),
    )
    call.terminal.say(call.terminal.style('dim', `next: millrace backtest mean-reversion --topic ${tape.topic}`))
    return 0
  },
}

const summaryOf = ({ tape, isNew, guessed, rejects, stamps }: Imported, seconds: number): string => {
  if (!isNew) return `topic ${tape.topic} has it: the same ${count(tape.rows)} rows, read with the same options`
  const lines = [`topic ${tape.topic}: ${count(tape.rows)} rows in ${seconds.toFixed(2)} s${countsText(tape)}`]
  if (guessed !== null) {
    const { id, tickSize, lotSize, takerFeeBps } = guessed
    const terms = `tick ${tickSize}, lot ${lotSize}, fee ${takerFeeBps} bps`
    lines.push(`instrument ${id}, from the name of the file (${terms}); another: --instrument ID`)
  }
  if (rejects.length > 0) lines.push(`refused and marked rows: ${rejects.join(', ')}`)
  if (stamps.length > 0) lines.push(`both clocks of each message: topic ${stamps.join(', ')}`)
  return lines.join('\n')
}
