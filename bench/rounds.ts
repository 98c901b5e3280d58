import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Finding } from './case.ts'
import type { Task, Variant } from './cases.ts'

/** All that was found of one case, a finding per round. */
export interface CaseRuns {
  readonly task: Task
  readonly variant: Variant | 'reference'
  readonly findings: Finding[]
}

export interface RoundsOptions {
  readonly rounds: number
  readonly quick: boolean
  /** Called before each process: how many are done, of how many, and what is next. */
  readonly onProgress: (done: number, all: number, next: string) => void
}

/**
 * Runs each case once a round, so that a busy moment of the machine meets all of them. References run once, on full
 * passes.
 */
export async function runInRounds(tasks: readonly Task[], options: RoundsOptions): Promise<readonly CaseRuns[]> {
  const { rounds, quick, onProgress } = options
  const cases: CaseRuns[] = tasks.flatMap(task =>
    (Object.keys(task.variants) as Variant[]).map(variant => ({ task, variant, findings: [] })),
  )
  const references: CaseRuns[] = tasks
    .filter(({ reference, ticks }) => reference && (!quick || ticks.quick === ticks.full))
    .map(task => ({ task, variant: 'reference', findings: [] }))
  const queue = [...Array.from({ length: rounds }, () => cases).flat(), ...references]
  for (const [done, { task, variant, findings }] of queue.entries()) {
    onProgress(done, queue.length, `${task.workload} ${task.instruments} ${variant}`)
    findings.push(await runCase(task, variant, quick ? task.ticks.quick : task.ticks.full))
  }
  onProgress(queue.length, queue.length, '')
  return [...cases, ...references]
}

const script = fileURLToPath(new URL('case.ts', import.meta.url))

/** One case in a process of its own. */
export function runCase(
  { workload, instruments }: Task,
  variant: Variant | 'reference',
  ticks: number,
): Promise<Finding> {
  const args = [script, workload, String(instruments), variant, String(ticks)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      if (code === 0) resolve(JSON.parse(out) as Finding)
      else reject(new Error(`${workload} ${instruments} ${variant} ended with code ${code}`))
    })
  })
}
