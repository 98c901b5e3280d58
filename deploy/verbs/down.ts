import { takeDown } from '../services/stack.ts'
import { flagJson, type Verb } from '../verb.ts'
import { listed } from './status.ts'

export const down: Verb = {
  usage: 'down [--json]',
  words: 0,
  flags: { json: flagJson },
  examples: ['down'],
  async run(call) {
    const { services: folder } = call.config
    const ended = await takeDown(folder)
    call.answer({ folder, ended }, () =>
      ended.length === 0 ? 'nothing ran' : `${listed(ended)} ended; the data stays in ${folder}`,
    )
    return 0
  },
}
