/** One case in a process of its own: `node bench/case.ts <workload> <instruments> <variant|reference> <ticks>`. */
import { tasks, type Variant } from './cases.ts'
import type { Measured } from './measure.ts'

/** What a case prints, as one line of JSON. */
export interface Finding extends Measured {
  /** The most memory that the process held at once, the ticks of one slice included. */
  readonly peakMb: number
}

const [workload, instruments, variant, ticks] = process.argv.slice(2)
const task = tasks.find(one => one.workload === workload && one.instruments === Number(instruments))
const run = variant === 'reference' ? task?.reference?.run : task?.variants[variant as Variant]
if (!run) throw new Error(`no such case: ${process.argv.slice(2).join(' ')}`)

const measured = await run(Number(ticks))
const finding: Finding = { ...measured, peakMb: process.resourceUsage().maxRSS / 1024 }
process.stdout.write(`${JSON.stringify(finding)}\n`)
