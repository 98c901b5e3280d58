import type { Verb } from './verb.ts'
import { type VerbEntry, verbs } from './verbs.ts'

export const overview = (): string =>
  [
    'millrace <verb> [options]        in the checkout: npm run -s millrace -- <verb> [options]',
    '',
    ...columns(verbs.map(({ name, summary }) => [name, summary])),
    '',
    'millrace <verb> --help shows options and examples. Exit codes: 0 ok, 1 failed, 2 asked for in a wrong way.',
    'Tapes and runs are kept in .millrace, or where --home, MILLRACE_HOME or millrace.config.ts says: millrace config.',
  ].join('\n')

export const helpOf = ({ summary }: VerbEntry, { usage, flags, examples }: Verb): string =>
  [
    `millrace ${usage}`,
    '',
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    '',
    'Options',
    ...columns(Object.entries(flags).map(([name, { value, help }]) => [`--${name}${value ? ` ${value}` : ''}`, help])),
    '',
    'Examples',
    ...examples.map(example => `  millrace ${example}`),
  ].join('\n')

const columns = (rows: readonly (readonly [string, string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
