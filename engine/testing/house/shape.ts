import type { ESTree } from 'rolldown/utils'
import { finding, isSuite, lineAt, type Rule, type Source } from './source.ts'

const FUNCTION_LINES = 60
const FILE_LINES = 300
const LINE_COLUMNS = 120
const PARAMETERS = 4

/** What is long is two ideas that have not yet been told apart. Suites may be as long as their cases. */
export const lengths: Rule = house =>
  house.sources.flatMap(source => [...longLines(source), ...(isSuite(source.path) ? [] : longParts(source))])

/** Few parameters: beyond that, one options object. */
export const parameters: Rule = house =>
  house.sources.flatMap(source =>
    source.nodes.flatMap(({ node }) =>
      isFunction(node) && node.params.length > PARAMETERS
        ? [
            finding(
              source,
              node.start,
              `${node.params.length} parameters`,
              `at most ${PARAMETERS}: take an options object`,
            ),
          ]
        : [],
    ),
  )

const forms: Readonly<Record<string, readonly [found: string, instead: string]>> = {
  ExportDefaultDeclaration: ['a default export', 'export it by its name'],
  TSEnumDeclaration: ['an enum', 'use a union of strings'],
  TSAnyKeyword: ['any', 'use unknown and check it, or say the type'],
  TSModuleDeclaration: ['a namespace', 'use a file'],
  ClassDeclaration: ['a class', 'use a function and plain data'],
  ClassExpression: ['a class', 'use a function and plain data'],
}

/** Files that must have a form which the house refuses, and why. */
const waived: Readonly<Record<string, readonly string[]>> = {
  // Vitest reads its options from the default export.
  'vitest.config.ts': ['ExportDefaultDeclaration'],
  // The way to say what is inside of a package that types only its surface.
  'connectors/kafka/kafkajs.d.ts': ['TSModuleDeclaration'],
  // Vitest is told by a namespace which values its tests are given.
  'deploy/services/testing/servers.ts': ['TSModuleDeclaration'],
  // What is thrown has to be an Error; there is one class, made from one table.
  'engine/errors.ts': ['ClassDeclaration'],
}

/** No default exports, enums, any, namespaces or classes. */
export const refusedForms: Rule = house =>
  house.sources.flatMap(source =>
    source.nodes.flatMap(({ node }) => {
      const form = waived[source.path]?.includes(node.type) ? undefined : forms[node.type]
      return form ? [finding(source, node.start, ...form)] : []
    }),
  )

/** Tests that run side by side use their own expect: the global one asks which test is running, and is told another. */
export const ownExpect: Rule = house =>
  house.sources.flatMap(source =>
    source.nodes.flatMap(({ node }) => {
      if (
        node.type !== 'CallExpression' ||
        !source.text.slice(node.callee.start, node.callee.end).endsWith('.concurrent')
      )
        return []
      const test = source.text.slice(node.start, node.end)
      return /\bexpect[(.]/.test(test) && !/\(\{[^}]*\bexpect\b[^}]*\}\) =>/.test(test)
        ? [
            finding(
              source,
              node.start,
              'the global expect in a concurrent test',
              'take it from the test: ({ expect }) =>',
            ),
          ]
        : []
    }),
  )

/** The loop that all others are measured against is one loop, by its purpose. */
const oneLoop = 'bench/hand.ts'

const longLines = (source: Source) =>
  source.text.split('\n').flatMap((line, index) =>
    line.length > LINE_COLUMNS
      ? [
          {
            place: `${source.path}:${index + 1}`,
            found: `${line.length} columns`,
            instead: `at most ${LINE_COLUMNS}`,
          },
        ]
      : [],
  )

const longParts = (source: Source) => {
  const lines = lineAt(source, source.text.trimEnd().length)
  const file = finding(source, 0, `a file of ${lines} lines`, `at most ${FILE_LINES}: tell its ideas apart`)
  const functions = source.nodes.flatMap(({ node }) => {
    const height =
      isFunction(node) && source.path !== oneLoop ? lineAt(source, node.end) - lineAt(source, node.start) + 1 : 0
    const instead = `at most ${FUNCTION_LINES}: keep the branches here and move the leaves out`
    return height > FUNCTION_LINES ? [finding(source, node.start, `a function of ${height} lines`, instead)] : []
  })
  return lines > FILE_LINES ? [file, ...functions] : functions
}

const isFunction = (node: ESTree.Node): node is ESTree.Function | ESTree.ArrowFunctionExpression =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
