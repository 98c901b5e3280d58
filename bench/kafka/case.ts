/** One case in a process of its own: `node bench/kafka/case.ts <id> <job>`, the job as JSON. */
import { cases, type Job } from './cases.ts'

const [id, job] = process.argv.slice(2)
const found = await cases.find(one => one.id === id)!.run(JSON.parse(job!) as Job)
process.stdout.write(`${JSON.stringify(found)}\n`)
