import type { Rules } from '../connectors/paper/rules.ts'
import { MillraceError } from '../engine/errors.ts'
import { near } from './near.ts'
import type { Flag } from './verb.ts'

/** How the paper venue deals, as far as it is not left at its defaults: plain values of its rules, see FILLS.md. */
export type VenueRules = Pick<
  Rules,
  'fillOn' | 'fillsFrom' | 'barPath' | 'fillsBySize' | 'queue' | 'slippageTicks' | 'depthTicks'
>

const yesNo = { no: false, yes: true }
const ticks = 'whole ticks of 0 or more'

/** What a rule may be: words and what they stand for, or how its number is told. */
const choices = {
  fillOn: { next: 'next', same: 'same' },
  fillsFrom: { quotes: 'quotes', trades: 'trades', bars: 'bars' },
  barPath: { nearer: 'nearer', high: 'high', low: 'low' },
  fillsBySize: yesNo,
  queue: yesNo,
  slippageTicks: ticks,
  depthTicks: ticks,
} as const satisfies Record<keyof VenueRules, string | object>

export const venueFlag: Flag = {
  type: 'list',
  value: 'RULE=VALUE',
  help: `how the paper venue fills: ${Object.keys(choices).join(', ')}; may be repeated`,
}

/** The rules of `--venue`; undefined when none is told. Fails: usage CLI_FLAG. */
export const venueRulesOf = (texts: readonly string[]): VenueRules | undefined =>
  texts.length === 0 ? undefined : Object.fromEntries(texts.map(ruleOf))

const ruleOf = (text: string): readonly [string, string | number | boolean] => {
  const [, name = text, value = ''] = /^([^=]*)=(.*)$/.exec(text) ?? []
  if (!Object.hasOwn(choices, name)) {
    const known = Object.keys(choices)
    throw new MillraceError(
      'CLI_FLAG',
      `--venue has no rule '${name}'${near(name, known)}; there are: ${known.join(' ')}`,
    )
  }
  const choice = choices[name as keyof typeof choices]
  if (typeof choice === 'string') {
    if (/^\d{1,9}$/.test(value)) return [name, Number(value)]
    throw new MillraceError('CLI_FLAG', `--venue ${name} is ${choice}, found '${value}'`)
  }
  const words: Readonly<Record<string, string | boolean>> = choice
  if (Object.hasOwn(words, value)) return [name, words[value]!]
  throw new MillraceError('CLI_FLAG', `--venue ${name} is one of ${Object.keys(words).join(', ')}, found '${value}'`)
}

/** As the flags that say it. */
export const venueTextsOf = (rules: VenueRules = {}): readonly string[] =>
  Object.entries(rules).map(([name, value]) => `${name}=${value === true ? 'yes' : value === false ? 'no' : value}`)
