import { MillraceError } from '../../engine/errors.ts'
import type { Micros } from '../../engine/market/units.ts'
import { formatMicros } from '../../engine/time/stamp.ts'
import { runFolder } from '../manifest.ts'
import { type Comparison, comparisonOf, type FigurePair } from '../report/comparison.ts'
import type { Decision } from '../report/first-difference.ts'
import { figureText } from '../report/format.ts'
import { count, table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const compare: Verb = {
  usage: 'compare <run> <run> [--all] [--json]',
  words: 2,
  flags: {
    all: { type: 'switch', help: 'every figure that differs, not only the ones that are asked for most' },
    json: flagJson,
  },
  examples: ['compare demo mean-reversion-20261121-101500-1', 'compare ./a ./b --all'],
  async run(call) {
    const [one, other] = call.words
    if (other === undefined) throw new MillraceError('CLI_NAME', 'compare takes two runs, by folder or id')
    const compared = await comparisonOf([runFolder(call.config, one), runFolder(call.config, other)])
    call.answer(documentOf(compared), () => textOf(call, compared))
    return 0
  },
}

const documentOf = ({ runs, ...rest }: Comparison): object => ({ runs: runs.map(({ id }) => id), ...rest })

/** What people look at first. */
const FIRST: readonly string[] = [
  ...['Net profit', 'Cumulative return', 'CAGR', 'Volatility, annual', 'Sharpe ratio', 'Sortino ratio', 'Calmar ratio'],
  ...['Max drawdown', 'Closed trades', 'Win rate', 'Profit factor', 'Expectancy', 'Fees'],
  ...['Mean holding time', 'Exposure'],
]

const textOf = (call: Call, compared: Comparison): string => {
  const { runs, told, figures, digests } = compared
  const { style } = call.terminal
  const names = runs.map(({ id }) => id) as [string, string]
  const shown = figures.filter(({ name, values: [a, b] }) => (call.has('all') ? a !== b : FIRST.includes(name)))
  const same = Object.entries(digests).map(
    ([name, isEqual]) => `${name} ${isEqual ? style('green', 'equal') : style('red', 'differs')}`,
  )
  return [
    told.length === 0
      ? 'both were told the same'
      : table(
          ['told', ...names],
          told.map(({ name, values }) => [name, ...values.map(toldText)]),
        ),
    '',
    table(['figure', ...names, 'difference'], toTheRight(shown.map(rowOf))),
    '',
    decisionText(compared),
    `digests: ${same.join(', ')}`,
  ].join('\n')
}

/** All but the first cell of a row. */
const toTheRight = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const widths = rows.reduce<readonly number[]>(
    (most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)),
    [],
  )
  return rows.map(row => row.map((cell, i) => (i === 0 ? cell : cell.padStart(widths[i]!))))
}

const toldText = (value: unknown): string => (value === null ? 'none' : String(value))

const rowOf = ({ name, unit, values, difference }: FigurePair): readonly string[] => [
  name,
  ...values.map(value => figureText(value ?? undefined, unit)),
  difference === null ? '' : difference === 0 ? 'same' : `${difference > 0 ? '+' : ''}${figureText(difference, unit)}`,
]

const decisionText = ({ decision, runs }: Comparison): string => {
  if (decision === null) return 'every decision is the same'
  const lines = decision.decisions.map((found, i) => `  ${runs[i]!.id}: ${found === null ? 'no more' : text(found)}`)
  return [`${count(decision.equal)} decisions are the same; the first that differs:`, ...lines].join('\n')
}

const text = ({ place, cause, row }: Decision): string => {
  const { at, key, type, side, lots } = row
  return `${formatMicros(at as Micros)} ${key} ${type} ${side} ${lots} lots\n    at ${place}, of ${cause}`
}
