import { parseArgs } from 'node:util'
import { type Task, tasks } from './cases.ts'
import { runInRounds } from './rounds.ts'
import { failuresOf, type Row, rowsOf, table } from './table.ts'

/** `operator` stands for every `operator …`. */
const groupOf = ({ workload }: Task): string => workload.split(' ')[0]!
const workloads = [...new Set(tasks.map(groupOf))]

const help = `npm run bench [-- options]

The same ticks through every variant of every workload, each case in a process of its own.

  --only W1,Z20   only these of ${workloads.join(', ')}
  --quick         1 million ticks instead of 10: too few for W1 with 100 instruments to trade, too few to be exact
  --rounds 3      processes per case; the cases take turns. With --quick it is 1 unless said
  --json          an array of rows on stdout, and nothing else there
  --help          this

ns/tick    median over slices and rounds, after a warm-up; p10 and p90 beside it; cold is the first slice of a process;
           a tick is an update of an operator, a row of a file, tape or mailbox, the state of one instrument of a
           snapshot; what commits now and then is one slice from the warm-up to the end
M/s        million ticks a second
ratio      time of the hand-written loop in the same run over this one's: 1 is as fast
bytes/tick what a tick allocates on the heap after the warm-up
peak MB    the most memory that a process held, pages of a mapped tape included
checksum   the figures of the result; other figures than the hand-written loop's make a row void, and the exit code 1

Examples
  npm run bench -- --only W2 --quick
  npm run -s bench -- --json > bench.json
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = optionsFrom(args)
  if ('usage' in options) {
    process.stderr.write(`${options.usage}; npm run bench -- --help tells more\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(help)
    return 0
  }
  const chosen = tasks.filter(task => options.only.includes(groupOf(task)))
  for (const { workload, absent } of chosen) if (absent) process.stderr.write(`${workload} is not run: ${absent}\n`)
  const runs = await runInRounds(
    chosen.filter(({ absent }) => !absent),
    { ...options, onProgress },
  )
  const rows = rowsOf(runs)
  process.stdout.write(options.json ? jsonOf(rows) : table(rows))
  const failures = failuresOf(runs)
  for (const failure of failures) process.stderr.write(`${failure}\n`)
  return failures.length === 0 ? 0 : 1
}

interface Options {
  readonly only: readonly string[]
  readonly quick: boolean
  readonly rounds: number
  readonly json: boolean
  readonly help: boolean
}

function optionsFrom(args: readonly string[]): Options | { readonly usage: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', default: workloads.join() },
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const only = values.only.split(',')
    const unknown = only.find(name => !workloads.includes(name))
    if (unknown !== undefined) return { usage: `--only ${unknown}: the workloads are ${workloads.join(', ')}` }
    const rounds = Number(values.rounds ?? (values.quick ? 1 : 3))
    if (!Number.isInteger(rounds) || rounds < 1) return { usage: `--rounds ${values.rounds}: a whole number from 1 on` }
    return { ...values, only, rounds }
  } catch (error) {
    return { usage: (error as Error).message }
  }
}

function jsonOf(rows: readonly Row[]): string {
  const plain = rows.map(({ p10, p90, coldNsPerTick, peakMb, ...row }) => row)
  return `${JSON.stringify(plain, null, 2)}\n`
}

/** One line that is written over, on a terminal only. */
function onProgress(done: number, all: number, next: string): void {
  if (!process.stderr.isTTY) return
  const bar = '='.repeat(Math.round((done / all) * 20)).padEnd(20)
  process.stderr.write(done === all ? '\r\x1b[K' : `\r\x1b[K[${bar}] ${done}/${all} ${next}`)
}
