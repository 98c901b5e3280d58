import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../../engine/testing/run-kernel.ts'
import { vectorStep } from './vector.ts'

interface Members {
  readonly at: number
  readonly price: number
}

const members = (at: number, price: number) => ({ at, price }) as never

describe('a vector', () => {
  const step = vectorStep<never>('two', [({ price }: Members) => price, ({ price }: Members) => 1 / price] as never[])

  it('has the numbers in their order as float32, and the time of its event', () => {
    const [vector] = run(step, [members(7, 0.1)])
    expect(vector).toEqual({ at: 7, values: Float32Array.of(0.1, 10) })
  })

  it('is none while a number is not finite, or too large for float32', () => {
    const inputs = [members(1, 0), members(2, Number.NaN), members(3, 1e39), members(4, 2)]
    expect(run(step, inputs).map(({ at }) => at)).toEqual([4])
  })
})

/** Steps the market set over bars, and says what came out. */
const program = `
import { createHash } from 'node:crypto'
import { compile } from './engine/flow/graph.ts'
import { market } from './models/features/market.ts'
import { chanceOf } from './models/chance.ts'

const chance = chanceOf(3)
const hash = createHash('sha256')
let vectors = 0
const graph = compile(market.over('bars').build(), {
  output({ values }) {
    vectors += 1
    hash.update(values)
  },
})
let price = 100
for (let i = 0; i < 400; i++) {
  price *= 1 + (chance() - 0.5) / 100
  const [high, low] = [price * (1 + chance() / 100), price * (1 - chance() / 100)]
  const [at, start] = [60e6 * (i + 1), 60e6 * i]
  graph.push('bars', 'A', { at, start, open: price, high, low, close: price, volume: i % 7, count: 1 })
}
console.log(JSON.stringify([graph.mode, vectors, hash.digest('hex')]))
`

const runProgram = (...flags: string[]): readonly unknown[] => {
  const args = [...flags, '--input-type=module', '--eval', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: join(import.meta.dirname, '../..'),
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as readonly unknown[]
}

describe('where code may not be generated', () => {
  it('vectors have the same numbers', () => {
    const [mode, vectors, digest] = runProgram()
    expect([mode, vectors]).toEqual(['fused', 129])
    expect(runProgram('--disallow-code-generation-from-strings')).toEqual(['plain', vectors, digest])
  })
})
