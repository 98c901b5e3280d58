import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hasPublished } from '../../operators/published.ts'
import { type Behaviour, behaviourOf } from './behaviour.ts'
import { floors, indicators } from './indicators.ts'
import { lengthLines } from './lengths.ts'
import type { Indicator } from './row.ts'
import type { Entry, Library } from './series.ts'
import { cellOf, markdown } from './table.ts'

const help = `npm run bench:operators [-- options]

The operators against technicalindicators, trading-signals and indicatorts, and all against published values; then what
an update costs as windows grow. Tables in Markdown; half an hour.

  --only rsi      indicators whose name has this in it; the last table is left out
  --no-time       the values alone
  --help          this

published  largest distance to the published value, in parts of it; 'last 100': of 502 bars; 'unmatched': bars where one
           has a value and the other has none
flat       what is said after 100 bars of one price; 'for ever': nor was there a value afterwards
gap        what is left of a jump 400 bars ago; 1e9: what that on all prices changes; bad tick: what is left of a price
           a million times too high, 400 bars ago. Parts of the largest value; 'lost' where there is none any more

The second table has nanoseconds a value: CPU time of all threads, so that who makes garbage also collects it; each
indicator of each library in processes of its own, the fastest of three. In brackets how many times as long as Millrace.
hand        one loop for this one indicator, its state in local variables
indicatorts all bars at once, it knows no stream
nothing     the loop around an update, which is in all figures but those of indicatorts: an input read, a value summed
`

const libraries: readonly Library[] = ['millrace', 'hand', 'technicalindicators', 'trading-signals', 'indicatorts']

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
  process.stdout.write(markdown(head, chosen.flatMap(behaviourLines)))
  if (!options.time) return
  process.stdout.write(`\n${markdown(['indicator', ...libraries], [...floors, ...chosen].map(timeLine))}`)
  if (options.only === '') process.stdout.write(`\n${await lengthLines()}`)
}

function behaviourLines(indicator: Indicator): string[][] {
  const entries = Object.entries(indicator.entries) as [Library, Entry][]
  return entries.flatMap(([library, entry]) =>
    entry.type === 'loop' ? [] : [[indicator.name, library, ...behaviourCells(behaviourOf(indicator, entry))]],
  )
}

function timeLine({ name, entries }: Indicator): string[] {
  const times = libraries.map(library => (entries[library] ? timeOf(name, library) : Number.NaN))
  const [first] = times as [number]
  const cells = times.map(time => (Number.isNaN(time) ? '' : `${cellOf(time)} (${(time / first).toFixed(1)})`))
  return [name, cellOf(first), ...cells.slice(1)]
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
