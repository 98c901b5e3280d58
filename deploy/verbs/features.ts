import { MillraceError } from '../../engine/errors.ts'
import { type Manual, manuals } from '../features/catalogue.ts'
import { table } from '../terminal.ts'
import { flagJson, near, type Verb } from '../verb.ts'

export const features: Verb = {
  usage: 'features [--json]',
  words: 2,
  flags: { json: flagJson },
  examples: ['features', 'features --json'],
  async run(call) {
    const [what] = call.words
    if (what !== undefined) throw unknown(what, [])
    const known = await manuals()
    call.answer(
      known.map(({ entry }) => entry),
      () => listOf(known),
    )
    return 0
  },
}

const unknown = (what: string, known: readonly string[]): MillraceError =>
  new MillraceError('CLI_NAME', `features cannot '${what}'${near(what, known)}; there are: ${known.join(', ')}`)

/** One line each; warm-up and settling are those of the options in brackets. */
const listOf = (known: readonly Manual[]): string =>
  table(
    ['operator', 'subject', 'in', 'out', 'unit', 'warm-up', 'settles', 'source'],
    known.map(({ entry, kernel }) => [
      entry.name + kernel.name.slice(entry.name.length),
      ...[entry.subject, entry.in, entry.out, entry.unit].map(brief),
      String(entry.warmup),
      entry.settle === null ? 'never' : String(entry.settle),
      brief(entry.source),
    ]),
  )

const CELL = 32

/** The first clause. */
const brief = (text: string): string => {
  const [clause = ''] = text.split(/[;:]/)
  return clause.length > CELL ? `${clause.slice(0, CELL - 1)}…` : clause
}
