import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { type KnownTape, readTapes, type Tape, tapesOf } from '../tapes.ts'
import { count, table } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

export const topics: Verb = {
  usage: 'topics [--json]',
  words: 0,
  flags: { json: flagJson },
  examples: ['topics', 'topics --json'],
  async run(call) {
    const known = (await readTapes(call.config, tapesOf)) ?? []
    const documents = known.map(({ tape, info }) => ({ ...info, state: tape.state, source: tape.source }))
    call.answer(documents, () =>
      known.length > 0 ? tableOf(known) : 'no topics yet: millrace import FILE, or npm start',
    )
    return 0
  },
}

const tableOf = (known: readonly KnownTape[]): string =>
  table(
    ['topic', 'partition', 'holds', 'records', 'rows', 'MB', 'from', 'to', 'from what'],
    known.map(({ tape, info }) => [
      info.topic,
      String(info.partition),
      info.schema,
      count(info.end),
      count(info.rows),
      (info.bytes / 1e6).toFixed(1),
      timeText(info.firstAt),
      timeText(info.lastAt),
      `${tape.source}${notes[tape.state]}`,
    ]),
  )

const timeText = (at: number | null): string => (at === null ? '' : formatMicros(at as Micros).slice(0, 19))

const notes: Readonly<Record<Tape['state'], string>> = {
  begun: ': CUT OFF, import it again',
  whole: '',
  part: ': in part, its end is damaged',
  foreign: '',
}
