import { parseArgs } from 'node:util'
import { chaos } from './chaos.ts'
import { faults } from './faults.ts'
import { documentOfChaos, textOfChaos } from './report.ts'

const help = `npm run chaos [-- options]

A run on a broker of its own, held against one that nothing happens to, while engines, broker and wire fail.

  --minutes N     how long faults begin, each kind once in any case; default 10
  --kills N       so many engines killed, instead of all kinds for a time
  --fault NAME    of these kinds alone; may be repeated
  --seed N        of the moments and the order; default 1
  --members N     processes that share the work; default 2
  --json          one document on stdout
  --help          this

Faults:
  ${Object.keys(faults).join('\n  ')}

  npm run chaos -- --minutes 30 --seed 1 --json
  npm run chaos -- --kills 200
  npm run chaos -- --minutes 5 --fault 'broker killed' --fault 'answers lost'
`

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    members: { type: 'string', default: '2' },
    fault: { type: 'string', multiple: true },
    kills: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  process.stdout.write(help)
  process.exit()
}

const unknown = values.fault?.find(kind => faults[kind] === undefined)
if (unknown !== undefined) throw new Error(`no fault '${unknown}'; there are: ${Object.keys(faults).join(', ')}`)

let number = 0
const end = await chaos({
  minutes: Number(values.minutes),
  seed: Number(values.seed),
  members: Number(values.members),
  kinds: values.kills === undefined ? (values.fault ?? Object.keys(faults)) : ['engine killed'],
  ...(values.kills === undefined ? {} : { times: Number(values.kills) }),
  isLong: true,
  tell(kind, ms) {
    number += 1
    console.error(`${number} ${kind}: all is well again after ${(ms / 1000).toFixed(1)} s`)
  },
})
console.log(values.json ? JSON.stringify(documentOfChaos(end), null, 2) : textOfChaos(end))
process.exitCode = end.lost + end.doubled + end.strange + end.torn + end.unstable === 0 ? 0 : 1
