import { finding, isTest, type Rule, type Source } from './source.ts'

const TABLE = 'engine/errors.ts'

/** Every error of the table is raised somewhere and named in a test. That no other is raised is checked by its type. */
export const errorCodes: Rule = house => {
  const table = house.sources.find(({ path }) => path === TABLE)
  if (!table) return []
  const raised = new Set(house.sources.filter(({ path }) => path !== TABLE && !isProof(path)).flatMap(textsOf))
  const tests = house.sources.filter(({ path }) => isProof(path)).map(({ text }) => text)
  return rowsOf(table).flatMap(({ code, offset }) => {
    const isNamed = tests.some(text => new RegExp(`\\b${code}\\b`).test(text))
    return [
      ...(raised.has(code) ? [] : [finding(table, offset, `nobody raises ${code}`, 'raise it or remove the row')]),
      ...(isNamed ? [] : [finding(table, offset, `no test names ${code}`, 'test it')]),
    ]
  })
}

/** Tests, and what tests share. */
const isProof = (path: string): boolean => isTest(path) || path.startsWith('engine/testing/')

const textsOf = (source: Source): string[] =>
  source.nodes.flatMap(({ node }) => (node.type === 'Literal' && typeof node.value === 'string' ? [node.value] : []))

/** Every property of the table's file that is named like a code: `LOG_IO: { … }`. */
const rowsOf = (table: Source): { readonly code: string; readonly offset: number }[] =>
  table.nodes.flatMap(({ node }) =>
    node.type === 'Property' && node.key.type === 'Identifier' && /^[A-Z][A-Z_]+$/.test(node.key.name)
      ? [{ code: node.key.name, offset: node.start }]
      : [],
  )
