/** A line of the log as a person reads it on a terminal: what varies least comes first, a stack in lines of its own. */
export const readableLine = (json: string, hasColour = false): string => {
  const { timestamp, level, component, message, ...fields } = JSON.parse(json) as Line
  const stacks: string[] = []
  const told = Object.entries(fields).map(([name, value]) => `${name}=${shown(value, stacks)}`)
  const word = level.toUpperCase().padEnd(5)
  const head = `${timestamp.slice(11, 23)} ${hasColour ? (colours[level] ?? '') + word + PLAIN : word} ${component}`
  return `${[`${head}  ${message}`, told.join(' ')].filter(part => part !== '').join('  ')}\n${stacks.join('')}`
}

interface Line {
  readonly timestamp: string
  readonly level: string
  readonly component: string
  readonly message: string
  readonly [field: string]: unknown
}

const PLAIN = '\u001B[0m'
const colours: Readonly<Record<string, string>> = { debug: '\u001B[2m', warn: '\u001B[33m', error: '\u001B[31m' }

const shown = (value: unknown, stacks: string[]): string => {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const { stack } = value as Failure
  if (typeof stack !== 'string') return JSON.stringify(value)
  stacks.push(...stack.split('\n').flatMap(line => (/^ +at /.test(line) ? `    ${line.trim()}\n` : [])))
  return JSON.stringify(causesOf(value as Failure).join(' < '))
}

interface Failure {
  readonly code?: string
  readonly message: string
  readonly stack?: string
  readonly cause?: Failure
}

/** What went wrong, and behind it what it was caused by. */
const causesOf = ({ code, message, cause }: Failure): string[] => [
  code === undefined ? message : `${code}: ${message}`,
  ...(typeof cause?.message === 'string' ? causesOf(cause) : []),
]
