import { isMillraceError } from '../../engine/errors.ts'
import { askedIn } from './asked.ts'
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

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  try {
    const { json, help: isHelp, ...asked } = askedIn(args)
    if (isHelp) {
      process.stdout.write(help)
      return 0
    }
    let number = 0
    const end = await chaos({
      ...asked,
      isLong: true,
      tell(kind, ms) {
        number += 1
        console.error(`${number} ${kind}: all is well again after ${(ms / 1000).toFixed(1)} s`)
      },
    })
    console.log(json ? JSON.stringify(documentOfChaos(end), null, 2) : textOfChaos(end))
    return end.lost + end.doubled + end.strange + end.torn + end.unstable === 0 ? 0 : 1
  } catch (error) {
    if (!isMillraceError(error) || error.code !== 'CLI_FLAG') throw error
    console.error(`${error.message}; npm run chaos -- --help tells more`)
    return 2
  }
}
