import { type Description, describe, mermaid } from '../../engine/flow/describe.ts'
import { linksOf } from '../../engine/flow/driver.ts'
import { textOf } from '../../engine/flow/driver-text.ts'
import { planOf } from '../../engine/flow/plan.ts'
import { paramsOf, strategyOf } from '../strategies.ts'
import { table } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

export const graph: Verb = {
  usage: 'graph <strategy> [--mermaid | --json | --source]',
  words: 1,
  flags: {
    set: { type: 'list', value: 'K=V', help: 'a parameter of the strategy; may be repeated' },
    mermaid: { type: 'switch', help: 'a Mermaid picture' },
    source: { type: 'switch', help: 'the driver that is generated for it' },
    json: flagJson,
  },
  examples: ['graph mean-reversion', 'graph mean-reversion --mermaid', 'graph ema-cross --set fast=5 --json'],
  async run(call) {
    const { strategy } = await strategyOf(call.words[0])
    const pipeline = strategy.build(paramsOf(strategy, call.list('set')))
    const plan = planOf(pipeline)
    const description = describe(pipeline)
    call.answer(description, () => {
      if (call.has('mermaid')) return mermaid(description)
      return call.has('source') ? textOf(plan, linksOf(plan), 1) : tableOf(description)
    })
    return 0
  },
}

const tableOf = ({ name, source, params, nodes }: Description): string => {
  const numbers = Object.entries(params).map(([key, value]) => `${key}=${value}`)
  const cells = nodes.map(({ id, name, kind, warmup, settle, hears }) => [
    id,
    name,
    kind,
    String(warmup),
    settle === null ? '' : String(settle),
    hears.join(', '),
  ])
  const head = ['node', 'operator', 'kind', 'warm-up', 'settles', 'hears']
  return [`${name} reads ${source}`, numbers.join(' '), '', table(head, cells)].join('\n')
}
