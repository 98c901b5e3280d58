import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lift } from '../../flow/lift.ts'
import { claimsOf, examplesOf } from '../doctest.ts'
import type { Step } from '../run-kernel.ts'
import type { Subject } from './tape.ts'
import { unitOf } from './unit.ts'

/** The operators in the index of a room, by their paths: how one is made and what it reads, its example says. */
export const indexed = async (room: string): Promise<ReadonlyMap<string, Subject>> => {
  const index = readFileSync(join(room, 'index.ts'), 'utf8')
  const subjects = new Map<string, Subject>()
  for (const [, path] of index.matchAll(/'\.\/(.*)'/g)) subjects.set(path!, await subjectOf(room, path!))
  return subjects
}

const subjectOf = async (room: string, path: string): Promise<Subject> => {
  const file = join(room, path)
  const text = readFileSync(file, 'utf8')
  const [example] = examplesOf(path, text)
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
  await claimsOf(example.code, { run, runAt, ...(await import(/* @vite-ignore */ file)) })
  return { operator: lift(runs[0]!.kernel as never), sample: runs[0]!.inputs[0], unit: unitOf(text) }
}
