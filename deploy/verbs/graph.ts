import { describe, mermaid } from '../../engine/flow/describe.ts'
import { linksOf } from '../../engine/flow/driver.ts'
import { textOf } from '../../engine/flow/driver-text.ts'
import { planOf } from '../../engine/flow/plan.ts'
import { paramsOf, strategyOf } from '../strategies.ts'
import { table } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

export const graph: Verb = {
  name: 'graph',
  summary: 'Shows the graph of a strategy: nodes, warm-up, and what each hears; as table, picture or generated code.',
  usage: 'graph <strategy> [--mermaid | --json | --source]',
  flags: {
    set: { type: 'list', value: 'k=v', help: 'a parameter of the strategy; may be repeated' },
    mermaid: { type: 'switch', help: 'a Mermaid picture' },
    source: { type: 'switch', help: 'the driver that is generated for it' },
    json: flagJson,
  },
  examples: ['graph mean-reversion', 'graph mean-reversion --mermaid', 'graph ema-cross --set fast=5 --json'],
  async run(call) {
    const { strategy } = await strategyOf(call.words[0])
    const pipeline = strategy.build(paramsOf(strategy, call.list('set')))
    const description = describe(pipeline)
    const { terminal } = call
    if (call.has('json')) terminal.print(JSON.stringify(description))
    else if (call.has('mermaid')) terminal.print(mermaid(description))
    else if (call.has('source')) {
      const plan = planOf(pipeline)
      terminal.print(textOf(plan, linksOf(plan), 1))
    } else {
      const rows = description.nodes.map(({ id, name, kind, warmup, settle, hears }) => [
        id,
        name,
        kind,
        String(warmup),
        settle === null ? '' : String(settle),
        hears.join(', '),
      ])
      const params = Object.entries(description.params).map(([name, value]) => `${name}=${value}`)
      terminal.print(`${description.name} reads ${description.source}; ${params.join(' ')}\n`)
      terminal.print(table(['node', 'operator', 'kind', 'warm-up', 'settles', 'hears'], rows))
    }
    return 0
  },
}
