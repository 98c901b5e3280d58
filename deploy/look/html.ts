import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A text in HTML, between quotes too. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Data for a script of the page: nothing in it ends the element it stands in. */
export const embedded = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c')

/** A file of a folder, as it is. */
export const asset = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8')

/** Colours in light and dark, and the type: what all pages have. */
export const look = (): string => asset(import.meta.dirname, 'look.css')

/**
 * Scripts of a folder as one module, each after those that it imports, and ahead of them `theme.js`: the button
 * `#theme` changes between light and dark, and other scripts hear of it by the event `theme`.
 */
export const scripts = (folder: string, ...names: readonly string[]): string => {
  const files = [asset(import.meta.dirname, 'theme.js'), ...names.map(name => asset(folder, name))]
  return `<script type="module">\n${files.map(alone).join('\n')}</script>`
}

const alone = (script: string): string =>
  script.replaceAll(/^import [^;]*? from '.*'\n/gm, '').replaceAll(/^export /gm, '')

export const themeButton =
  '<button id="theme" type="button" aria-label="change between light and dark">light / dark</button>'

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"

/** The head of a page that is one file: the browser itself forbids it to ask for anything. */
export const sealedHead = (...styles: readonly string[]): string =>
  `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n<style>\n${look()}${styles.join('')}</style>`

/** A whole document that asks nothing of any network. */
export const documentOf = (title: string, head: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`
