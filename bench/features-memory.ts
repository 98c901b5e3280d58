/** What one key of each feature set needs: `node bench/features-memory.ts` prints a table, with a name one line. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { compile, type Graph } from '../engine/flow/graph.ts'
import { encodeState } from '../engine/flow/state.ts'
import type { FeatureSet } from '../models/features/feature-set.ts'
import { featureSets } from '../models/features/index.ts'
import { columns } from './features.ts'
import { keysOf } from './millrace.ts'
import { tickColumns, tickSource } from './ticks.ts'

export interface Memory {
  readonly set: string
  readonly features: number
  /** Of the state of one key, encoded. */
  readonly snapshotBytes: number
  /** Of one key among many, typed arrays too. */
  readonly heapBytes: number
}

/** Each key has seen about so many events. Nothing else may be going on in the process. */
const memoryOf = (set: FeatureSet, keys: number, events: number): Memory => ({
  set: set.name,
  features: set.features.length,
  snapshotBytes: snapshotSize(driven(set, 1, events)) - snapshotSize(driven(set, 0, 0)),
  heapBytes: Math.round(heapOf(() => driven(set, keys, events)) / keys),
})

const snapshotSize = (graph: Graph): number => encodeState(graph.snapshot()).length

/** A graph whose keys have seen their events, each a bar of its own or a trade. */
function driven(set: FeatureSet, keys: number, events: number): Graph {
  const source = set.sources.includes('bars') ? 'bars' : 'trades'
  const graph = compile(set.over(source).build(), { output: () => undefined })
  const ticks = tickColumns(keys * events)
  if (keys > 0) tickSource(keys)(ticks)
  graph.drive({ at: ticks.at, key: ticks.key, keys: keysOf(keys), columns: columns[source](ticks) }, 0, ticks.count)
  return graph
}

/** What is held by what is made. */
function heapOf(make: () => object): number {
  const before = used()
  const held = [make()]
  const after = used()
  held.pop()
  return after - before
}

function used(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** In a process of its own, so that nothing else comes or goes. */
export function measured(name: string): Memory {
  const { stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { encoding: 'utf8' })
  return JSON.parse(stdout) as Memory
}

if (import.meta.main) {
  const [name] = process.argv.slice(2)
  if (name === undefined) console.table(Object.keys(featureSets).map(measured))
  else console.log(JSON.stringify(memoryOf(featureSets[name]!, 1000, 100)))
}
