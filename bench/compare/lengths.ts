import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AnyKernel, isExpander, type Kernel } from '../../engine/flow/kernel.ts'
import { lift } from '../../engine/flow/lift.ts'
import { inputsOf, isNumeric, tapeOf } from '../../engine/testing/operator/tape.ts'
import { sampleOf } from '../operators.ts'
import { cellOf, markdown } from './table.ts'

const LENGTHS = [10, 100, 1000, 10_000] as const
const UPDATES = 20_000
const ROUNDS = 3

/** What an update costs by the length of the window, the one that grows most first. */
export async function lengthLines(): Promise<string> {
  const root = new URL('../../', import.meta.url)
  const paths = globSync('operators/*/*.ts', { cwd: root, exclude: ['**/*.test.ts'] }).toSorted()
  const costs: Cost[] = []
  for (const path of paths) {
    const text = readFileSync(fileURLToPath(new URL(path, root)), 'utf8')
    if (/^ {2}readonly length: number/m.test(text)) costs.push(await costOf(path, text))
  }
  const lines = costs
    .toSorted((a, b) => growthOf(b) - growthOf(a))
    .map(cost => [cost.name, ...cost.ns.map(cellOf), cellOf(growthOf(cost)), cost.said])
  return markdown(['operator', ...LENGTHS.map(String), 'growth', 'says of a step'], lines)
}

interface Cost {
  readonly name: string
  /** Nanoseconds an update by length; NaN where the other options do not go with the length. */
  readonly ns: readonly number[]
  /** What its manual says where a step is not of constant cost. */
  readonly said: string
}

const growthOf = ({ ns }: Cost): number => ns.at(-1)! / ns.find(time => !Number.isNaN(time))!

const costOf = async (path: string, text: string): Promise<Cost> => {
  const state = / \* State {3}([\s\S]*?)\n \* [A-Z]/.exec(text)![1]!.replaceAll(/\n \*\s+/g, ' ')
  const said = state.split(';').find(part => /\bsteps?\b|\blog|time with|an update/.test(part)) ?? ''
  const ns: number[] = []
  for (const length of LENGTHS) ns.push(await timeOf(path, length))
  return { name: path.replace(/^operators\/(.*)\.ts$/, '$1'), ns, said: said.trim() }
}

const timeOf = async (path: string, length: number): Promise<number> => {
  const sample = await sampleOf(path, length).catch(() => null)
  if (sample === null || isExpander(sample.step as AnyKernel)) return Number.NaN
  const kernel = sample.step as Kernel<unknown, unknown, unknown>
  const subject = { operator: lift(kernel) as never, sample: sample.entries[0]![1] }
  const inputs = inputsOf(tapeOf(subject, { seed: 23, count: UPDATES })).map(({ record }) =>
    isNumeric(subject) ? record.value : record,
  )
  const state = kernel.init()
  const times = Array.from({ length: 1 + ROUNDS }, () => {
    const before = performance.now()
    for (const input of inputs) kernel.step(state, input)
    return ((performance.now() - before) * 1e6) / UPDATES
  })
  // The first round fills the window.
  return Math.min(...times.slice(1))
}
