import { inspect } from 'node:util'
import { type ESTree, parseSync, transformSync } from 'rolldown/utils'

/** One `@example` of a doc comment. */
export interface Example {
  /** `file:line` of its first line. */
  readonly place: string
  readonly code: string
}

/** What an example says of one value, and what came of it. */
export interface Claim {
  /** The statement as it is written, with what it claims. */
  readonly text: string
  readonly holds: boolean
  /** What the value was. */
  readonly actual: string
}

/** The examples in the doc comments of a file. */
export const examplesOf = (path: string, text: string): Example[] =>
  parseSync(path, text)
    .comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    .flatMap(({ value, start }) =>
      [...value.matchAll(/^ *\* @example\n((?: *\*(?! @).*\n)+)/gm)].map(match => {
        const line = text.slice(0, start + 2 + match.index).split('\n').length + 1
        return { place: `${path}:${line}`, code: match[1]!.replaceAll(/^ *\* ?/gm, '') }
      }),
    )

/**
 * Runs an example with the names in scope, and judges each statement that is followed by `// =>` and a value.
 *
 * The value is a literal, and a number holds to the digits that are written: `0.33` for 1 / 3, and `2` for 2 alone.
 */
export const claimsOf = async (code: string, scope: Readonly<Record<string, unknown>>): Promise<Claim[]> => {
  const values: unknown[] = []
  const statements = statementsOf(code)
  const body = statements.map(({ text, claim }) => (claim === null ? text : `$values.push(${text.replace(/;$/, '')})`))
  // The names of the scope are parameters and the example is a block, so that it reads as if it stood in its module and
  // may still use a name again.
  const { code: script } = transformSync('example.ts', `{${body.join(';\n')}}`)
  const run = AsyncFunction('$values', ...Object.keys(scope), script)
  await run(values, ...Object.values(scope))

  return statements
    .filter(({ claim }) => claim !== null)
    .map(({ text, claim }, index) => {
      const actual = values[index]
      return {
        text: `${text} // => ${claim}`,
        holds: isSame(literalOf(claim!), actual),
        actual: inspect(actual, { depth: 9 }),
      }
    })
}

/** The constructor of functions with `await`, which has no name of its own. */
const AsyncFunction = (async () => {}).constructor as (...source: string[]) => (...values: unknown[]) => Promise<void>

interface Statement {
  readonly text: string
  /** What stands after `// =>`, over as many comment lines as it takes; null when nothing is claimed. */
  readonly claim: string | null
}

const statementsOf = (code: string): Statement[] => {
  const { program, comments, errors } = parse(code)
  if (errors.length > 0) throw new SyntaxError(`${errors[0]!.message} in the example:\n${code}`)
  const statements = program.body.map(({ start, end }, index) => {
    const next = program.body[index + 1]?.start ?? code.length
    const said = comments.filter(comment => comment.start >= end && comment.end <= next).map(({ value }) => value)
    return { text: code.slice(start, end), claim: /^\s*=>(.*)/s.exec(said.join('\n'))?.[1]?.trim() ?? null }
  })
  const claims = comments.filter(({ value }) => value.startsWith(' =>')).length
  if (claims === statements.filter(({ claim }) => claim !== null).length) return statements
  throw new SyntaxError(`a claim does not stand behind its statement in the example:\n${code}`)
}

const literalOf = (claim: string): ESTree.Expression => {
  const [statement] = parse(`(${claim})`).program.body
  const expression = statement?.type === 'ExpressionStatement' ? statement.expression : null
  if (expression?.type !== 'ParenthesizedExpression') throw new SyntaxError(`'// => ${claim}' is not a value`)
  return expression.expression
}

const parse = (code: string) => parseSync('example.ts', code)

const isSame = (literal: ESTree.Node | null, actual: unknown): boolean => {
  switch (literal?.type) {
    case 'ArrayExpression':
      return (
        Array.isArray(actual) &&
        actual.length === literal.elements.length &&
        literal.elements.every((element, index) => isSame(element, actual[index]))
      )
    case 'ObjectExpression':
      return isRecord(actual) && isSameRecord(literal, actual)
    case 'UnaryExpression':
      return (typeof actual === 'number' || typeof actual === 'bigint') && isSame(literal.argument, -actual)
    case 'Identifier':
      return `${actual}` === literal.name && typeof actual !== 'string'
    case 'Literal':
      return literal.value === actual || (literal.raw !== null && isSameToTheDigits(literal.raw, actual))
    default:
      throw new SyntaxError(`a claim is made of literals, found ${literal?.type}`)
  }
}

const isSameRecord = (literal: ESTree.ObjectExpression, actual: Readonly<Record<string, unknown>>): boolean => {
  const claimed = literal.properties.filter(property => property.type === 'Property')
  const names = claimed.map(({ key }) =>
    key.type === 'Identifier' ? key.name : key.type === 'Literal' ? `${key.value}` : '',
  )
  const isWhole = Object.keys(actual).every(name => names.includes(name))
  return isWhole && claimed.every(({ value }, index) => isSame(value, actual[names[index]!]))
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isSameToTheDigits = (raw: string, actual: unknown): boolean => {
  const digits = /^[\d_]+\.([\d_]+)$/.exec(raw)?.[1]?.length
  return digits !== undefined && typeof actual === 'number' && Math.abs(actual - Number(raw)) <= 0.5 * 10 ** -digits
}
