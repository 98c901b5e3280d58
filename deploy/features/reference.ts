import type { Feature, FeatureSet } from '../../models/features/feature-set.ts'
import { documentOf, escaped } from '../look/html.ts'
import type { Manual, Option } from './catalogue.ts'
import type { Picture } from './picture.ts'
import { told } from './plot-page.ts'
import { svgOf } from './svg.ts'

/** What a page is made from. */
export interface Reference {
  readonly manual: Manual
  readonly picture: Picture
  readonly related: readonly Manual[]
  /** The names that have a page. */
  readonly names: ReadonlySet<string>
}

/** The reference page of an operator, from its doc comment, its kernel and a run over the sample market. */
export const referencePage = ({ manual, picture, related, names }: Reference): string => {
  const { entry, prose, contract, options, fields, example, path, kernel } = manual
  // A field or an option is not the operator that has its name.
  const own = [...fields, ...options].map(({ name }) => name)
  const others = new Set([...names].filter(name => !own.includes(name)))
  const text = (words: string): string => linked(words, others)
  const [lead = '', ...rest] = prose.split('\n\n')
  const facts = [...contract].filter(([key]) => key !== 'Source').map(([key, words]) => [key, text(words)] as const)
  const settle = entry.settle === null ? 'never: it keeps where the history began' : `by input ${entry.settle}`
  const needs: readonly (readonly [string, string])[] = [
    ['Unit', text(entry.unit)],
    ['Warm-up', `the first value answers input ${entry.warmup} of <code>${escaped(kernel.name)}</code>`],
    ['Settles', `${settle}${entry.settle === null ? '' : ` of <code>${escaped(kernel.name)}</code>`}`],
  ]
  const body = [
    `<nav><a href="index.html">operators</a> / <a href="index.html#${entry.subject}">${entry.subject}</a></nav>`,
    `<main><h1>${entry.name}</h1>`,
    `<p class="lead">${text(lead)}</p>`,
    `<figure>${svgOf(picture)}<figcaption>${escaped(picture.title)} over ${escaped(picture.market)}: `,
    `${told(picture.warmup, picture.settle)}. Shaded: before the first value, and until it has settled.`,
    '</figcaption></figure>',
    ...(rest.length === 0 ? [] : [`<h2>Definition and use</h2>`, ...rest.map(words => `<p>${text(words)}</p>`)]),
    '<h2>Contract</h2>',
    rows([...facts, ...needs]),
    '<h2>Parameters</h2>',
    options.length === 0 ? '<p>None.</p>' : parametersOf(options, text),
    ...(fields.length === 0 ? [] : ['<h2>Fields of the output</h2>', rows(fields.map(field => fieldRow(field, text)))]),
    '<h2>Degenerate markets</h2>',
    `<ul>${oddities(manual)
      .map(words => `<li>${text(words)}</li>`)
      .join('')}</ul>`,
    '<h2>Example</h2>',
    `<pre>${escaped(example)}</pre>`,
    '<p class="soft">The examples are run as tests. The same operator over the last rows of the picture:</p>',
    valuesOf(picture),
    `<pre>millrace features plot ${entry.name} --open</pre>`,
    '<h2>References</h2>',
    `<p>${text(entry.source)}</p><p class="soft">Code and tests: operators/${escaped(path)}</p>`,
    '<h2>Related</h2>',
    `<ul class="chips">${related.map(({ entry }) => `<li>${link(entry.name)}</li>`).join('')}</ul></main>`,
  ]
  return page(`${entry.name} · Millrace operators`, body.join('\n'))
}

/** The page of a feature set. */
export const setPage = ({ name, version, hash, features, sources, members }: FeatureSet): string => {
  const row = ({ name, category, unit, from, warmup, warning }: Feature): string =>
    [
      `<tr><td><code>${escaped(name)}</code></td><td>${category}</td><td>${escaped(unit)}</td>`,
      `<td>${escaped(from.map(member => members[member]?.join(' → ') ?? member).join(', '))}</td>`,
      `<td class="number">${warmup ?? ''}</td><td>${escaped(warning ?? '')}</td></tr>`,
    ].join('')
  const body = [
    '<nav><a href="index.html">operators</a> / <a href="index.html#sets">feature sets</a></nav>',
    `<main><h1>${escaped(name)}</h1>`,
    `<p class="lead">Version ${version}: ${features.length} features, from ${sources.join(' or ')}.</p>`,
    `<p class="soft">hash ${hash}</p>`,
    wide(['feature', 'category', 'unit', 'made from', 'warm-up', 'warning'], features.map(row)),
    '</main>',
  ]
  return page(`${name} · Millrace feature sets`, body.join('\n'))
}

export const page = (title: string, body: string): string =>
  documentOf(title, '<link rel="stylesheet" href="style.css">', body)

export const link = (name: string): string => `<a href="${name}.html">${name}</a>`

const rows = (pairs: readonly (readonly [string, string])[]): string => {
  const lines = pairs.map(([key, words]) => `<tr><th scope="row">${escaped(key)}</th><td>${words}</td></tr>`)
  return `<table><tbody>${lines.join('')}</tbody></table>`
}

const fieldRow = ({ name, doc }: Manual['fields'][number], text: (words: string) => string) =>
  [name, doc === '' ? 'that of the input' : text(doc)] as const

/** 'Integer, at least 2' of 'Window, in inputs. Integer, at least 2. 20 is the usual.' */
const RANGE = /(?:^|\. )((?:Integers?|Positive|Above|At least|Finite|\d[\d.]* or more)\b[^.]*(?:\.\d+[^.]*)*)/

const parametersOf = (options: readonly Option[], text: (words: string) => string): string => {
  const row = ({ name, type, doc, usual }: Option): string =>
    [
      `<tr><th scope="row"><code>${escaped(name)}</code></th><td><code>${escaped(type)}</code></td>`,
      `<td class="number">${usual ?? ''}</td><td>${text(RANGE.exec(doc)?.[1] ?? '')}</td><td>${text(doc)}</td></tr>`,
    ].join('')
  return wide(['name', 'type', 'usual', 'range', 'meaning'], options.map(row))
}

const wide = (titles: readonly string[], lines: readonly string[]): string => {
  const head = titles.map(title => `<th>${escaped(title)}</th>`).join('')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`
}

/** What is said of a market that stands still, trades nothing, has gaps or comes late. */
const oddities = ({ prose, contract }: Manual): readonly string[] => {
  const clauses = ['Out', 'Emits'].flatMap(key => contract.get(key)!.split('; '))
  const sentences = prose.replaceAll(/\s+/g, ' ').split(/(?<=\.) /)
  const found = [...clauses, ...sentences].filter(words => /\bflat|nothing|zero|\bgap|without a|still\b/i.test(words))
  return [...new Set(found), `Late: ${contract.get('Late')!}`]
}

const LAST = 6

/** The newest values of the picture, as a table. */
const valuesOf = ({ at, panes }: Picture): string => {
  const series = panes.flatMap(({ series, main }) => (main ? series.slice(0, 1) : series))
  const first = at.length - LAST
  const cells = (row: number): string =>
    series.map(({ values }) => `<td class="number">${values[row] ?? '–'}</td>`).join('')
  const lines = at.slice(first).map((micros, i) => {
    return `<tr><td>${new Date(micros / 1000).toISOString().slice(11, 23)}</td>${cells(first + i)}</tr>`
  })
  return wide(['time', ...series.map(({ name }) => name)], lines)
}

/** Prose as HTML: code between backticks, operators and addresses as links. */
export const linked = (words: string, names: ReadonlySet<string>): string =>
  escaped(words.replaceAll(/\{@link (\w+)\}/g, '`$1`'))
    .replaceAll(/`([^`]+)`/g, (_, code: string) => (names.has(code) ? link(code) : `<code>${code}</code>`))
    .replaceAll(/https?:\/\/[^\s<),;]+[^\s<),;.]/g, address => `<a href="${address}">${address}</a>`)
    .replaceAll(
      /\bdoi:? ?(10\.\d+\/[^\s<,;]+[^\s<,;.])/gi,
      (all, id: string) => `<a href="https://doi.org/${id}">${all}</a>`,
    )
