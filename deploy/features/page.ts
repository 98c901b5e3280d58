import type { Manual } from './catalogue.ts'

const WIDTH = 110
const LABEL = 10

/** All that is written about an operator, for the terminal. */
export const pageOf = ({ entry, path, prose, contract, options, example, kernel }: Manual): string => {
  const { name, subject, settle, source } = entry
  const rows: readonly (readonly [string, string])[] = [
    ...[...contract].filter(([key]) => key !== 'Source'),
    ['Unit', entry.unit],
    ['Warm-up', `the first output answers input ${entry.warmup} of ${kernel.name}`],
    ['Settles', settle === null ? 'never: it keeps where the history began' : `by input ${settle} of ${kernel.name}`],
    ['Source', source],
  ]
  return [
    `${name}  (${subject}, operators/${path})`,
    ...prose.split('\n\n').map(paragraph => wrapped(plain(paragraph), 0).trimStart()),
    rows.map(([label, text]) => labelled(label, text)).join('\n'),
    ...(options.length === 0 ? [] : [['Options', ...options.map(optionText)].join('\n')]),
    ['Example', ...example.split('\n').map(line => `  ${line}`)].join('\n'),
  ].join('\n\n')
}

const optionText = ({ name, type, doc }: Manual['options'][number]): string =>
  `  ${name}: ${type}\n${wrapped(plain(doc), 4)}`

const labelled = (label: string, text: string): string => label.padEnd(LABEL) + wrapped(plain(text), LABEL).slice(LABEL)

/** Without what marks a link. */
const plain = (text: string): string => text.replaceAll(/\{@link (\w+)\}/g, '$1').replaceAll(/\s+/g, ' ')

/** Each line behind `indent` spaces. */
const wrapped = (text: string, indent: number): string => {
  const lines = text.match(new RegExp(`\\S.{0,${WIDTH - indent - 1}}(?=\\s|$)|\\S+`, 'g')) ?? []
  return lines.map(line => ' '.repeat(indent) + line).join('\n')
}
