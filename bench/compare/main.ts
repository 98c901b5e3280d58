import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hasPublished } from '../../operators/published.ts'
import { type Behaviour, behaviourOf } from './behaviour.ts'
import { indicators } from './indicators.ts'
import { lengthLines } from './lengths.ts'
import type { Indicator } from './row.ts'
import type { Entry, Library } from './series.ts'
import { markdown } from './table.ts'

const help = `npm run bench:operators [-- options]

The operators against technicalindicators, trading-signals and indicatorts, and all against published values; then what
an update costs as windows grow. Two tables in Markdown; a quarter of an hour.

  --only rsi      indicators whose name has this in it; the second table is left out
  --no-time       the values alone
  --help          this

published  largest distance to the published value, in parts of it; 'last 100': of 502 bars; 'unmatched': bars where one
           has a value and the other has none
flat       what is said after 100 bars of one price; 'for ever': nor was there a value afterwards
gap        what is left of a jump 400 bars ago; 1e9: what that on all prices changes; bad tick: what is left of a price
           a million times too high, 400 bars ago. Parts of the largest value; 'lost' where there is none any more
ns         a value, each indicator of each library in processes of its own, the fastest of three; [ns]: all bars at
           once, it knows no stream
times      how many times as long as Millrace
`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    time: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
if (options.help) process.stdout.write(help)
else await compare()

async function compare(): Promise<void> {
  if (!hasPublished) process.stderr.write('the published values are not there: ../shared/data/golden\n')
  const chosen = indicators.filter(({ name }) => name.toLowerCase().includes(options.only.toLowerCase()))
  const head = ['indicator', 'library', 'published', 'last 100', 'unmatched', 'flat', 'gap', '1e9', 'bad tick']
  const timed = options.time ? ['ns', 'times'] : []
  process.stdout.write(markdown([...head, ...timed], chosen.flatMap(linesOf)))
  if (options.only === '' && options.time) process.stdout.write(`\n${await lengthLines()}`)
}

function linesOf(indicator: Indicator): string[][] {
  const entries = Object.entries(indicator.entries) as [Library, Entry][]
  const times = options.time ? entries.map(([library]) => timeOf(indicator.name, library)) : []
  return entries.map(([library, entry], i) => {
    const told = [indicator.name, library, ...behaviourCells(behaviourOf(indicator, entry))]
    if (!options.time) return told
    const ns = times[i]!.toFixed(0)
    return [...told, entry.type === 'batch' ? `[${ns}]` : ns, (times[i]! / times[0]!).toFixed(1)]
  })
}

function behaviourCells({ golden, flat, gap, offset, badTick }: Behaviour): string[] {
  const published = golden ? [part(golden.worst), part(golden.late), String(golden.unmatched)] : ['', '', '']
  return [...published, flat, part(gap), part(offset), part(badTick)]
}

function part(error: number | null): string {
  if (error === null) return ''
  if (error === Infinity) return 'lost'
  return error === 0 ? '0' : error.toExponential(0)
}

/** What V8 makes of the same code differs from process to process, so the fastest of three counts. */
function timeOf(name: string, library: Library): number {
  const script = fileURLToPath(new URL('time.ts', import.meta.url))
  const time = () => Number(execFileSync(process.execPath, [script, name, library], { encoding: 'utf8' }))
  return Math.min(time(), time(), time())
}
