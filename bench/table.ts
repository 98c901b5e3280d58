import type { Finding } from './case.ts'
import type { CaseRuns } from './rounds.ts'

/** What is known of a case after all rounds; `--json` prints it without the last four. */
export interface Row {
  readonly workload: string
  readonly instruments: number
  readonly variant: string
  /** Median over slices and rounds; null in a void row: its checksum is not the hand-written loop's. */
  readonly nsPerTick: number | null
  /** The hand-written loop's time in the same run over this one's: 1 is as fast; null where there is no such loop. */
  readonly ratioToHand: number | null
  readonly checksum: string
  readonly bytesPerTick: number
  readonly p10: number
  readonly p90: number
  readonly coldNsPerTick: number
  readonly peakMb: number
}

export const rowsOf = (runs: readonly CaseRuns[]): readonly Row[] =>
  runs.filter(({ variant }) => variant !== 'reference').map(run => rowOf(run, baseOf(run, runs)))

function rowOf({ task, variant, findings }: CaseRuns, base: CaseRuns): Row {
  const ns = findings.flatMap(({ nsPerTick }) => nsPerTick)
  const baseNs = base.findings.flatMap(({ nsPerTick }) => nsPerTick)
  const expected = base.findings[0]!.checksum
  const odd = findings.find(({ checksum }) => checksum !== expected)
  const middle = (of: (finding: Finding) => number): number => quantile(findings.map(of), 0.5)
  return {
    workload: task.workload,
    instruments: task.instruments,
    variant,
    nsPerTick: odd ? null : round(quantile(ns, 0.5), 2),
    ratioToHand: odd || base.variant !== 'hand' ? null : round(quantile(baseNs, 0.5) / quantile(ns, 0.5), 4),
    checksum: odd?.checksum ?? expected,
    bytesPerTick: round(
      middle(({ bytesPerTick }) => bytesPerTick),
      2,
    ),
    p10: quantile(ns, 0.1),
    p90: quantile(ns, 0.9),
    coldNsPerTick: middle(({ coldNsPerTick }) => coldNsPerTick),
    peakMb: middle(({ peakMb }) => peakMb),
  }
}

/** Every case whose figures are not what they must be, as a sentence. */
export const failuresOf = (runs: readonly CaseRuns[]): readonly string[] =>
  runs.flatMap(run => {
    const { task, variant, findings } = run
    const isReference = variant === 'reference'
    const expected = isReference ? task.reference!.checksum : baseOf(run, runs).findings[0]!.checksum
    const odd = findings.find(({ checksum }) => checksum !== expected)
    if (!odd) return []
    const whose = isReference ? 'the published result is' : `${baseOf(run, runs).variant} has`
    return [`${task.workload} ${task.instruments} ${variant}: checksum ${odd.checksum}, ${whose} ${expected}`]
  })

/** The rows for people, columns flush. */
export function table(rows: readonly Row[]): string {
  const head = [
    'workload',
    'instruments',
    'variant',
    'ns/tick',
    'M/s',
    'p10',
    'p90',
    'cold',
    'ratio',
    'bytes/tick',
    'peak MB',
    'checksum',
  ]
  const lines = rows.map(row => [
    row.workload,
    String(row.instruments),
    row.variant,
    row.nsPerTick?.toFixed(1) ?? 'void',
    row.nsPerTick === null ? '' : (1000 / row.nsPerTick).toFixed(row.nsPerTick > 100 ? 2 : 1),
    row.p10.toFixed(1),
    row.p90.toFixed(1),
    row.coldNsPerTick.toFixed(1),
    row.ratioToHand?.toFixed(3) ?? '',
    row.bytesPerTick.toFixed(2),
    row.peakMb.toFixed(0),
    row.checksum,
  ])
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map(cells => cells[i]!.length)))
  const isText = (i: number): boolean => [0, 2, head.length - 1].includes(i)
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  return `${[head, ...lines].map(line).join('\n')}\n`
}

/** What a case is compared with: the hand-written loop, or the first there is. */
const baseOf = ({ task }: CaseRuns, runs: readonly CaseRuns[]): CaseRuns =>
  runs.find(run => run.task === task && run.variant === 'hand') ?? runs.find(run => run.task === task)!

/** Linear between the two nearest. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * q
  const low = sorted[Math.floor(place)]!
  return low + (sorted[Math.ceil(place)]! - low) * (place % 1)
}

const round = (value: number, places: number): number => Number(value.toFixed(places))
