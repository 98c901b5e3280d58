import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Runs the strategy over a small market, and says how and with which bytes of state it ended. */
const program = `
import { createHash } from 'node:crypto'
import { compile } from './engine/flow/graph.ts'
import { encodeState } from './engine/flow/state.ts'
import { market } from './engine/testing/operator/market.ts'
import { emaCross } from './strategies/ema-cross.ts'

let intents = 0
const graph = compile(emaCross.build({ barMs: 5000 }), { output: () => { intents += 1 } })
for (const { at, bid, ask } of market({ seed: 1, count: 2000 })) {
  graph.push('quotes', 'A', { at, bid, ask, bidSize: 0, askSize: 0 })
}
const state = createHash('sha256').update(encodeState(graph.snapshot())).digest('hex')
console.log(JSON.stringify([graph.mode, intents, state]))
`

const run = (...flags: string[]): readonly [mode: string, intents: number, state: string] => {
  const args = [...flags, '--input-type=module', '--eval', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout)
}

describe('where code may not be generated', () => {
  it('a graph runs plainly, to the same intents and the same state', () => {
    const [mode, intents, state] = run()
    expect([mode, intents > 10]).toEqual(['fused', true])
    expect(run('--disallow-code-generation-from-strings')).toEqual(['plain', intents, state])
  })
})
