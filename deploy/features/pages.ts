import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { MillraceError } from '../../engine/errors.ts'
import type { FeatureSet } from '../../models/features/feature-set.ts'
import { makeFolder, writeLines } from '../files.ts'
import { asset, escaped, look } from '../look/html.ts'
import { count, timeLeft } from '../terminal.ts'
import type { Call } from '../verb.ts'
import { type Manual, manuals, OPERATORS } from './catalogue.ts'
import { sample } from './market-rows.ts'
import { pictureOf } from './picture.ts'
import { link, linked, page, referencePage, setPage } from './reference.ts'
import { relatedOf } from './related.ts'

/** Rows of a picture. */
const ROWS = 240

/** Writes the reference of all operators and sets: `millrace features pages --out FOLDER`. */
export const pages = async (call: Call): Promise<number> => {
  const folder = call.text('out')
  if (folder === undefined) throw new MillraceError('CLI_FLAG', 'features pages needs --out FOLDER')
  const { featureSets } = await import('../../models/features/index.ts')
  const started = performance.now()
  const left = timeLeft()
  const made = await writePages(resolve(folder), await manuals(), Object.values(featureSets), (share, name) => {
    call.signal.throwIfAborted()
    call.terminal.progress(share, () => [name, left(share)])
  })
  const seconds = (performance.now() - started) / 1000
  call.answer({ out: resolve(folder), ...made, seconds }, () => {
    const written = `${count(made.operators)} operators, ${made.sets} sets, ${count(made.bytes)} bytes`
    return `${join(resolve(folder), 'index.html')}: ${written}, in ${seconds.toFixed(1)} s`
  })
  return 0
}

export interface PagesWritten {
  readonly operators: number
  readonly sets: number
  readonly bytes: number
}

/** The same operators give the same bytes. Fails: fault CLI_FOLDER. */
export const writePages = async (
  folder: string,
  known: readonly Manual[],
  sets: readonly FeatureSet[],
  onPage: (share: number, name: string) => void = () => undefined,
): Promise<PagesWritten> => {
  makeFolder(folder)
  let bytes = 0
  const write = async (name: string, text: string): Promise<void> => {
    await writeLines(join(folder, name), [text.trimEnd()])
    bytes += Buffer.byteLength(text)
  }
  const names = new Set(known.map(({ entry }) => entry.name))
  const related = relatedOf(known)
  for (const [i, manual] of known.entries()) {
    const picture = await pictureOf(manual, { market: sample, rows: ROWS, options: {} })
    await write(`${manual.entry.name}.html`, referencePage({ manual, picture, related: related(manual), names }))
    onPage((i + 1) / known.length, manual.entry.name)
    await setImmediate()
  }
  for (const set of sets) await write(`set-${set.name}.html`, setPage(set))
  await write('style.css', look() + asset(import.meta.dirname, 'pages.css'))
  await write('search.js', asset(import.meta.dirname, 'search.js'))
  await write('index.html', indexPage(known, sets))
  return { operators: known.length, sets: sets.length, bytes }
}

const indexPage = (known: readonly Manual[], sets: readonly FeatureSet[]): string => {
  const subjects = [...Map.groupBy(known, ({ entry }) => entry.subject)]
  const about = aboutSubjects()
  const none = new Set<string>()
  const row = ({ entry, prose }: Manual): string => {
    const [lead = ''] = prose.replaceAll(/\s+/g, ' ').split(/(?<=\.) /)
    const settle = entry.settle ?? 'never'
    return (
      `<tr><th scope="row">${link(entry.name)}</th><td>${linked(lead, none)}</td>` +
      `<td class="number">${entry.warmup}</td><td class="number">${settle}</td></tr>`
    )
  }
  const head = '<thead><tr><th>operator</th><th>what it is</th><th>warm-up</th><th>settles</th></tr></thead>'
  const section = ([subject, members]: readonly [string, readonly Manual[]]): string =>
    [
      `<section><h2 id="${subject}">${subject}</h2><p class="soft">${escaped(about.get(subject) ?? '')}</p>`,
      `<table>${head}<tbody>${members.map(row).join('\n')}</tbody></table></section>`,
    ].join('\n')
  const body = [
    `<main><h1>Operators</h1><p class="lead">${known.length} of them, in ${subjects.length} subjects.</p>`,
    '<label for="search">Search by name, or by what it is</label>',
    '<input id="search" type="search" autocomplete="off"><p id="found" class="soft" aria-live="polite"></p>',
    `<ul class="chips">${[...subjects.map(([subject]) => subject), 'sets']
      .map(subject => `<li><a href="#${subject}">${subject}</a></li>`)
      .join('')}</ul>`,
    ...subjects.map(section),
    '<section><h2 id="sets">sets</h2><p class="soft">vectors for models, declared once</p><table>',
    '<thead><tr><th>set</th><th>from</th><th>features</th></tr></thead><tbody>',
    ...sets.map(setRow),
    '</tbody></table></section></main>',
    '<script src="search.js"></script>',
  ]
  return page('Millrace operators', body.join('\n'))
}

const setRow = ({ name, sources, features }: FeatureSet): string =>
  `<tr><th scope="row"><a href="set-${name}.html">${name}</a></th><td>${sources.join(' or ')}</td>` +
  `<td class="number">${features.length}</td></tr>`

/** What the table of the room says of each subject. */
const aboutSubjects = (): ReadonlyMap<string, string> => {
  const path = join(OPERATORS, 'README.md')
  // The container image carries no documents.
  const readme = existsSync(path) ? readFileSync(path, 'utf8') : ''
  return new Map([...readme.matchAll(/^\| `(\w+)\/` *\| (.*?) *\|$/gm)].map(([, subject, about]) => [subject!, about!]))
}
