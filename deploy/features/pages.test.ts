import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { featureSets } from '../../models/features/index.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'
import { manuals } from './catalogue.ts'
import { writePages } from './pages.ts'

const known = await manuals()
const sets = Object.values(featureSets)
const { make, remove } = folders()
afterAll(remove)

const VOID = ['meta', 'link', 'input', 'br']

/** What is wrong with a document: tags that do not pair, ids twice, bare signs, pictures without words. */
const faultsOf = (html: string): readonly string[] => {
  const faults: string[] = []
  const open: string[] = []
  const body = html.replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
  for (const [tag, isEnd, name, attributes, isClosed] of body.matchAll(
    /<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*?)?)(\/?)>/gi,
  )) {
    if (attributes!.replaceAll(/\s[\w-]+(="[^"]*")?/g, '').trim() !== '') faults.push(`attributes of ${tag}`)
    if (isEnd) {
      const last = open.pop()
      if (last !== name) faults.push(`</${name}> where <${last}> is open`)
    } else if (!isClosed && !VOID.includes(name!)) open.push(name!)
    if (name === 'svg' && !isEnd && !/role="img" aria-label="[^"]+"/.test(tag)) faults.push('a picture without words')
  }
  faults.push(...open.map(name => `<${name}> is never closed`))
  const ids = [...body.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  if (new Set(ids).size < ids.length) faults.push('an id twice')
  const text = body.replaceAll(/<!?\/?[a-z][^<>]*>/gi, '')
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(text))
    faults.push(`bare: ${/.{0,20}(?:[<>]|&(?!amp|lt|gt|quot)).{0,20}/.exec(text)}`)
  const numbers = body.match(/<svg[\s\S]*?<\/svg>|<td class="number">.*?<\/td>/g) ?? []
  if (/NaN|undefined|Infinity|\[object/.test(numbers.join(''))) faults.push('no value')
  return faults
}

it('the check of documents finds what is planted', () => {
  expect(faultsOf('<p id="a">1</p>')).toEqual([])
  for (const bad of [
    '<p><b>1</p></b>',
    '<p>',
    '<p id="a"></p><p id="a"></p>',
    '<p>1 < 2</p>',
    '<p>a & b</p>',
    '<svg></svg>',
  ])
    expect(faultsOf(bad), bad).not.toEqual([])
})

describe('the reference', () => {
  const folder = make()
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  let bytes = 0
  beforeAll(async () => {
    const written = await writePages(folder, known, sets)
    bytes = written.bytes
    expect(written).toMatchObject({ operators: known.length, sets: sets.length })
  })

  it('has a page for each operator and set, an index, and nothing else', () => {
    const names = [...known.map(({ entry }) => entry.name), ...sets.map(({ name }) => `set-${name}`), 'index']
    expect(readdirSync(folder).sort()).toEqual([...names.map(name => `${name}.html`), 'search.js', 'style.css'].sort())
    // Where a file system takes capitals for small letters, too.
    expect(new Set(names.map(name => name.toLowerCase())).size).toBe(names.length)
    expect(bytes).toBeLessThan(10e6)
  })

  it('is well formed, and its links lead somewhere', () => {
    for (const name of readdirSync(folder).filter(name => name.endsWith('.html'))) {
      const html = read(name)
      expect(faultsOf(html), name).toEqual([])
      for (const [, link] of html.matchAll(/(?:href|src)="([^"]*)"/g)) {
        if (link!.startsWith('https://')) continue
        const [file, id] = link!.split('#')
        if (file !== '') expect(existsSync(join(folder, file!)), `${name}: ${link}`).toBe(true)
        if (id !== undefined) expect(file === '' ? html : read(file!), `${name}: ${link}`).toContain(`id="${id}"`)
      }
    }
  })

  it('says all that is known of an operator', () => {
    const html = read('yangZhang.html')
    for (const part of [
      '<h1>yangZhang</h1>',
      '<th scope="row">Warm-up</th><td>the first value answers input 21 of <code>yangZhang(20)</code></td>',
      '<td class="number">20</td><td>Integer, at least 2</td>',
      '<li>0 on a flat window</li>',
      'k = 0.34 / (1.34 + (n + 1) / (n - 1))',
      '// =&gt; [1.095962]',
      '<svg viewBox=',
      'href="rogersSatchell.html"',
    ])
      expect(html).toContain(part)
  })

  it('has the same bytes when it is written again', async () => {
    const again = make()
    await writePages(again, await manuals(), sets)
    for (const name of readdirSync(folder)) expect(readFileSync(join(again, name), 'utf8'), name).toBe(read(name))
  })
})

describe('millrace features pages', () => {
  it('tells what it wrote', async () => {
    const home = make()
    const refused = await millrace(['features', 'pages'], { home })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('features pages needs --out FOLDER') })
    const done = documentOf(await millrace(['features', 'pages', '--out', 'reference', '--json'], { home }))
    expect(done).toMatchObject({ out: join(home, 'reference'), operators: known.length })
  })

  it('a new operator needs its file, its test and its index line', () => {
    const house = dirname(dirname(import.meta.dirname))
    const root = mkdtempSync(join(tmpdir(), 'millrace-pages-'))
    const leftOut = ['node_modules', '.git', '.millrace', 'coverage']
    try {
      cpSync(house, root, { recursive: true, filter: path => !leftOut.includes(basename(path)) })
      symlinkSync(join(house, 'node_modules'), join(root, 'node_modules'))
      const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
      expect(node('deploy/main.ts', 'new', 'operator', 'indicators/first-indicator').status).toBe(0)
      const { status, stderr } = node('deploy/main.ts', 'features', 'pages', '--out', 'reference')
      expect(status, stderr).toBe(0)
      const html = readFileSync(join(root, 'reference/firstIndicator.html'), 'utf8')
      expect(faultsOf(html)).toEqual([])
      expect(html).toContain('<svg viewBox=')
      expect(readFileSync(join(root, 'reference/index.html'), 'utf8')).toContain('href="firstIndicator.html"')
      const list = JSON.parse(node('deploy/main.ts', 'features', 'first-indicator', '--json').stdout)
      for (const [field, value] of Object.entries(list[0])) expect(value, field).not.toBe('')
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
})
