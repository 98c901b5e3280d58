import type { Outage, Rejects, Rules } from '../connectors/paper/rules.ts'
import { MillraceError } from '../engine/errors.ts'
import type { Micros } from '../engine/market/units.ts'
import { formatMicros, stampReader } from '../engine/time/stamp.ts'
import { near } from './near.ts'
import type { Flag } from './verb.ts'

/** How the paper venue deals, as far as it is not left at its defaults: plain values of its rules, see FILLS.md. */
export type VenueRules = Pick<
  Rules,
  | 'fillOn'
  | 'fillsFrom'
  | 'barPath'
  | 'fillsBySize'
  | 'queue'
  | 'slippageTicks'
  | 'depthTicks'
  | 'positions'
  | 'leverage'
  | 'outages'
  | 'rejects'
>

/** A rule as text: what it may be, and its value there and back. `read` gives undefined for what it may not be. */
interface Spelling {
  readonly expected: string
  read(text: string): unknown
  say(value: never): string | readonly string[]
}

const words = (values: Readonly<Record<string, string | boolean>>): Spelling => ({
  expected: `one of ${Object.keys(values).join(', ')}`,
  read: text => (Object.hasOwn(values, text) ? values[text] : undefined),
  say: (value: string | boolean) => Object.keys(values).find(word => values[word] === value)!,
})

const yesNo = words({ no: false, yes: true })

const ticks: Spelling = {
  expected: 'whole ticks of 0 or more',
  read: text => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  say: String,
}

const leverage: Spelling = {
  expected: 'a number of 1 or more',
  read: text => (/^[1-9]\d{0,5}(\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
  say: String,
}

const FAILURES = { refuses: 'refuses', 'stands-still': 'stands still' } as const

const outages: Spelling = {
  expected: 'FROM/UNTIL/refuses or FROM/UNTIL/stands-still',
  read(text) {
    const [span, [how, ...more]] = spanOf(text)
    if (span === undefined || more.length > 0 || !Object.hasOwn(FAILURES, how ?? '')) return undefined
    return [{ ...span, venue: FAILURES[how as keyof typeof FAILURES] } satisfies Outage]
  },
  say: (spans: readonly Outage[]) =>
    spans.map(({ from, until, venue }) => [stampText(from), stampText(until), venue.replace(' ', '-')].join('/')),
}

const rejects: Spelling = {
  expected: 'FROM/UNTIL/SHARE, perhaps /SEED/REASON behind it, the share 0 to 1',
  read(text) {
    const [span, [share = '', seed = '0', ...reason]] = spanOf(text)
    const isShare = /^\d+(\.\d+)?$/.test(share) && Number(share) <= 1
    if (span === undefined || !isShare || !/^\d{1,9}$/.test(seed)) return undefined
    const told = reason.length > 0 && { reason: reason.join('/') }
    return [{ ...span, share: Number(share), seed: Number(seed), ...told } satisfies Rejects]
  },
  say: (spans: readonly Rejects[]) =>
    spans.map(({ from, until, share, seed = 0, reason }) =>
      [stampText(from), stampText(until), share, seed, ...(reason === undefined ? [] : [reason])].join('/'),
    ),
}

const spellings: Readonly<Record<keyof VenueRules, Spelling>> = {
  fillOn: words({ next: 'next', same: 'same' }),
  fillsFrom: words({ quotes: 'quotes', trades: 'trades', bars: 'bars' }),
  barPath: words({ nearer: 'nearer', high: 'high', low: 'low' }),
  fillsBySize: yesNo,
  queue: yesNo,
  slippageTicks: ticks,
  depthTicks: ticks,
  positions: words({ netting: 'netting', hedging: 'hedging' }),
  leverage,
  outages,
  rejects,
}

export const venueFlag: Flag = {
  type: 'list',
  value: 'RULE=VALUE',
  help: `how the paper venue fills: ${Object.keys(spellings).join(', ')}; may be repeated`,
}

/** The rules of `--venue`; undefined when none is told. What is a list is added to. Fails: usage CLI_FLAG. */
export const venueRulesOf = (texts: readonly string[]): VenueRules | undefined => {
  const rules: Record<string, unknown> = {}
  for (const text of texts) {
    const [name, value] = ruleOf(text)
    rules[name] = Array.isArray(value) ? [...((rules[name] as unknown[] | undefined) ?? []), ...value] : value
  }
  return texts.length === 0 ? undefined : rules
}

const ruleOf = (text: string): readonly [string, unknown] => {
  const [, name = text, told = ''] = /^([^=]*)=(.*)$/.exec(text) ?? []
  if (!Object.hasOwn(spellings, name)) {
    const known = Object.keys(spellings)
    throw new MillraceError(
      'CLI_FLAG',
      `--venue has no rule '${name}'${near(name, known)}; there are: ${known.join(' ')}`,
    )
  }
  const { expected, read } = spellings[name as keyof VenueRules]
  const value = read(told)
  if (value !== undefined) return [name, value]
  throw new MillraceError('CLI_FLAG', `--venue ${name} is ${expected}, found '${told}'`)
}

/** As the flags that say it. */
export const venueTextsOf = (rules: VenueRules = {}): readonly string[] =>
  Object.entries(rules).flatMap(([name, value]) =>
    [spellings[name as keyof VenueRules].say(value as never)].flat().map(text => `${name}=${text}`),
  )

const stampOf = stampReader({ unit: 'text', zone: 'UTC' })
const stampText = (at: number): string => formatMicros(at as Micros).slice(0, -1)

/** The two times that the text begins with, if it does, and what follows. */
const spanOf = (text: string): readonly [{ from: number; until: number } | undefined, readonly string[]] => {
  const [from = '', until = '', ...rest] = text.split('/')
  try {
    return [{ from: stampOf(from), until: stampOf(until) }, rest]
  } catch {
    return [undefined, rest]
  }
}
