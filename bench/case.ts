/** One case in a process of its own: `node bench/case.ts <workload> <instruments> <variant|reference> <ticks>`. */
import { tasks, type Variant } from './cases.ts'
import { type Measured, measure } from './measure.ts'
import { checksum } from './workload.ts'

/** What a case prints, as one line of JSON. */
export interface Finding extends Measured {
  readonly checksum: string
  /** The most memory that the process held at once, ticks of one slice included. */
  readonly peakMb: number
}

const [workload, instruments, variant, ticks] = process.argv.slice(2)
const task = tasks.find(one => one.workload === workload && one.instruments === Number(instruments))
const start = variant === 'reference' ? task?.reference?.runner : task?.variants[variant as Variant]
if (!task || !start) throw new Error(`no such case: ${process.argv.slice(2).join(' ')}`)

const runner = await start()
const measured = measure(runner, task.feed(), Number(ticks))
const finding: Finding = {
  ...measured,
  checksum: checksum(runner.result()),
  peakMb: process.resourceUsage().maxRSS / 1024,
}
process.stdout.write(`${JSON.stringify(finding)}\n`)
