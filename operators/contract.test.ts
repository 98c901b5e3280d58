import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lift } from '../engine/flow/lift.ts'
import { claimsOf, examplesOf } from '../engine/testing/doctest.ts'
import { operatorContract } from '../engine/testing/operator-contract.ts'
import type { Step } from '../engine/testing/run-kernel.ts'

const index = readFileSync(join(import.meta.dirname, 'index.ts'), 'utf8')
const paths = [...index.matchAll(/'\.\/(.*)'/g)].map(match => match[1]!)

/** The example of an operator's doc comment says how one is made and what it reads. */
const subjectOf = async (path: string) => {
  const example = examplesOf(path, readFileSync(join(import.meta.dirname, path), 'utf8'))[0]
  if (!example) throw new Error(`${path} has no example`)
  const runs: { readonly kernel: Step<never, unknown>; readonly inputs: readonly unknown[] }[] = []
  const run = (kernel: Step<never, unknown>, inputs: readonly unknown[]): unknown[] => {
    runs.push({ kernel, inputs })
    return []
  }
  const runAt = (kernel: Step<never, unknown>, entries: readonly unknown[][]): unknown[] =>
    run(
      kernel,
      entries.filter(entry => entry.length > 1).map(entry => entry[1]),
    )
  await claimsOf(example.code, { run, runAt, ...(await import(/* @vite-ignore */ `./${path}`)) })
  return { operator: lift(runs[0]!.kernel as never), sample: runs[0]!.inputs[0] }
}

for (const path of paths) operatorContract(path, await subjectOf(path))
