import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A text in HTML, between quotes too. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Data for a script of the page: nothing in it ends the element it stands in. */
export const embedded = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c')

/** A file beside this one, as it is. */
export const asset = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

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
