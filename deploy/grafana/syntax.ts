import { parser } from '@prometheus-io/lezer-promql'
import { parseToAst } from '@questdb/sql-parser'

export interface Read {
  /** What does not parse; empty when all does. */
  readonly errors: readonly string[]
}

export interface ReadPromql extends Read {
  readonly metrics: readonly string[]
}

/** What an expression asks for. */
export const readPromql = (expr: string): ReadPromql => {
  const errors: string[] = []
  const metrics = new Set<string>()
  parser.parse(expr).iterate({
    enter({ type, name, node, from, to }) {
      if (type.isError) errors.push(`at ${from}: …${expr.slice(Math.max(0, from - 20), to + 20)}…`)
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.add(expr.slice(from, to))
    },
  })
  return { errors, metrics: [...metrics] }
}

export interface ReadSql extends Read {
  readonly tables: readonly string[]
  /** Functions that are asked like tables: `tables()`. */
  readonly functions: readonly string[]
  /** Columns that are read, without the table in front of them, and names that the statement itself gives. */
  readonly columns: readonly string[]
  readonly aliases: readonly string[]
}

/** What a statement asks for; macros have been replaced. */
export const readSql = (sql: string): ReadSql => {
  const { ast, errors } = parseToAst(sql)
  const nodes = nodesOf(ast)
  const of = (type: string): readonly Node[] => nodes.filter(node => node.type === type)
  const nameOf = (node: unknown): string =>
    (node as { readonly parts?: readonly string[] } | undefined)?.parts?.at(-1) ?? ''
  const isThere = (text: unknown): text is string => typeof text === 'string' && text !== ''
  return {
    errors: errors.map(({ message }) => message),
    tables: unique(
      of('tableRef')
        .map(({ table }) => nameOf(table))
        .filter(isThere),
    ),
    functions: unique(of('tableFunctionCall').map(({ name }) => name as string)),
    columns: unique([
      ...of('column').map(({ name }) => nameOf(name)),
      ...of('latestOn').flatMap(({ timestamp, partitionBy }) => [timestamp, ...(partitionBy as unknown[])].map(nameOf)),
    ]),
    aliases: unique(nodes.map(({ alias }) => alias).filter(isThere)),
  }
}

interface Node extends Readonly<Record<string, unknown>> {
  readonly type: string
}

const nodesOf = (value: unknown): readonly Node[] => {
  if (typeof value !== 'object' || value === null) return []
  const own = 'type' in value ? [value as Node] : []
  return [...own, ...Object.values(value).flatMap(nodesOf)]
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]
