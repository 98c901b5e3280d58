import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { compile } from '../../engine/flow/graph.ts'
import { hasRecorded, recorded, recordedOrNot } from '../../operators/recorded.ts'
import { featureSets } from './index.ts'

const BLOCK = 4096

const cases = Object.values(featureSets).flatMap(set => set.sources.map(source => [set, source] as const))

describe.runIf(hasRecorded)(`every set over ${recordedOrNot}`, () => {
  const markets = Object.entries(recorded).filter(([name]) => !name.startsWith('odd'))

  it.each(markets)(
    '%s: finite numbers, the same each time',
    (_name, { load }) => {
      const market = load()
      for (const [set, source] of cases) {
        const rows = market[source]
        if (rows === undefined) continue
        const hash = createHash('sha256')
        let count = 0
        const graph = compile(set.over(source).build(), {
          output({ values }) {
            count += 1
            hash.update(values)
            if (!values.every(Number.isFinite)) throw new RangeError(`vector ${count} of ${set.name} is ${values}`)
          },
        })
        for (let from = 0; from < rows.at.length; from += BLOCK)
          graph.drive(rows, from, Math.min(from + BLOCK, rows.at.length))
        expect(`${set.name} over ${source}: ${count} vectors, ${hash.digest('hex').slice(0, 32)}`).toMatchSnapshot()
      }
    },
    60_000,
  )
})
