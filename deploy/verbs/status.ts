import type { State } from '../services/running.ts'
import { statesIn } from '../services/stack.ts'
import { duration, table } from '../terminal.ts'
import { type Call, flagJson, type Verb } from '../verb.ts'

export const status: Verb = {
  usage: 'status [--json]',
  words: 0,
  flags: { json: flagJson },
  examples: ['status', 'status --json'],
  async run(call) {
    const { services: folder } = call.config
    const services = await statesIn(folder)
    call.answer({ folder, services }, () =>
      services.length === 0 ? 'nothing runs; npm run up starts Kafka and QuestDB' : tableOf(call, services),
    )
    return services.every(({ state }) => state === 'ready') ? 0 : 1
  },
}

const MB = 2 ** 20

/** One line a server, and one more for each further address. */
export const tableOf = ({ terminal }: Pick<Call, 'terminal'>, services: readonly State[]): string => {
  const rows = services.flatMap(({ service, state, addresses, pid, version, memory, uptimeMs, log }) => {
    const [first, ...others] = Object.entries(addresses).map(([what, where]) => `${what} ${where}`)
    const shown = terminal.style(state === 'ready' ? 'green' : 'red', state)
    const taken = memory === null ? '' : `${Math.round(memory / MB)} MB`
    const up = uptimeMs === null ? '' : duration(uptimeMs / 1000)
    return [
      [service, shown, first!, `${pid ?? ''}`, version, taken, up, log],
      ...others.map(other => ['', '', other, '', '', '', '', '']),
    ]
  })
  return table(['service', 'state', 'address', 'pid', 'version', 'memory', 'up', 'log'], rows)
}

/** 'Kafka, Prometheus and QuestDB'. */
export const listed = (names: readonly string[]): string => new Intl.ListFormat('en-GB').format(names)
