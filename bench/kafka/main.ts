import { parseArgs } from 'node:util'
import { FULL, QUICK } from './cases.ts'
import { goalsOf } from './goals.ts'
import { measureAll, withBroker } from './rounds.ts'
import { type Row, rowsOf, table } from './table.ts'

const help = `npm run bench:kafka [-- options]

Starts a Kafka broker of its own, and runs Millrace and kafkajs over the same topics, each case in a process of its own.

  --quick   fewer ticks, one round: two minutes instead of eight, and less exact
  --json    rows and goals on stdout, and nothing else there
  --help    this

ns CPU/tick  CPU time of the process, all its threads, after a warm-up; the median of the rounds, as all figures
ticks/s      by the clock, where the broker, and whoever else is on the machine, counts
commit ms    from one commit to the next, on average
p50 p90 p99  microseconds from before a tick is sent until the reader has what was made of it
checksum     of what lies in the last topic; another one than that of the hand-written loop makes a row void, and the
             exit code 1. A goal that is missed is said, and is no failure.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args)
  if ('usage' in options) {
    process.stderr.write(`${options.usage}; npm run bench:kafka -- --help tells more\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(help)
    return 0
  }
  const size = options.quick ? QUICK : FULL
  const runs = await withBroker(address => measureAll(address, size, onProgress))
  const rows = rowsOf(runs, size)
  const goals = goalsOf(rows)
  process.stdout.write(options.json ? `${JSON.stringify({ rows, goals }, null, 2)}\n` : table(rows, goals))
  return rows.some(isVoid) ? 1 : 0
}

function isVoid({ checksum, expected }: Row): boolean {
  return checksum !== expected
}

interface Options {
  readonly quick: boolean
  readonly json: boolean
  readonly help: boolean
}

function optionsFrom(args: readonly string[]): Options | { readonly usage: string } {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ args: [...args], options: { quick: flag, json: flag, help: flag } }).values
  } catch (error) {
    return { usage: (error as Error).message }
  }
}

/** One line that is written over, on a terminal only. */
function onProgress(done: number, all: number, next: string): void {
  if (process.stderr.isTTY) process.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K${done}/${all} ${next}`)
}
