import { type Import, importsOf } from './imports.ts'
import { type Finding, finding, type House, isTest, type Rule, type Source } from './source.ts'

/** The doorstep of every room. */
const free = ['engine/errors.ts', 'engine/assert.ts']

const ground = ['engine/market', 'engine/time']
const walls = [...ground, 'engine/flow', 'engine/log']
const engine = [...walls, 'engine/actor', 'engine/gate', 'engine/run', 'engine/figures', 'engine/index.ts']
const house = [...engine, 'operators', 'models', 'strategies', 'connectors']

/** Rooms that a room stands on. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'engine/index.ts': engine,
  'engine/market': [],
  'engine/time': ['engine/market'],
  'engine/flow': ground,
  'engine/log': ground,
  'engine/figures': ground,
  'engine/actor': walls,
  'engine/gate': walls,
  'engine/run': [...walls, 'engine/actor', 'engine/gate'],
  'engine/testing': engine,
  operators: engine,
  models: [...engine, 'operators'],
  strategies: [...engine, 'operators', 'models'],
  connectors: engine,
  deploy: house,
  bench: [...house, 'deploy', 'engine/testing'],
  'vitest.config.ts': ['deploy'],
}

/** A test may use any room of the engine, and what it takes to prove its own room at work. */
const testsMayAlsoImport: Readonly<Record<string, readonly string[]>> = {
  'engine/flow': ['operators'],
  'engine/actor': ['operators', 'strategies', 'connectors'],
  'engine/run': ['operators', 'strategies', 'connectors'],
  'engine/testing': ['operators', 'strategies', 'connectors'],
  strategies: ['connectors'],
  connectors: ['operators', 'strategies', 'deploy'],
}

/** Rooms that take others by their list. Everybody else imports the file that owns the thing. */
const readsIndexes = ['strategies', 'deploy', 'bench']

/** Who may import whom. */
export const floorPlan: Rule = house =>
  eachInside(house, (source, { target, offset }) => {
    const from = roomOf(source.path)
    const to = roomOf(target)
    const allowed = [from, ...free, ...(mayImport[from] ?? []), ...(isTest(source.path) ? testRooms(from) : [])]
    return allowed.includes(to)
      ? []
      : [finding(source, offset, `${from} imports ${target}`, `${from} may import ${listed(mayImport[from] ?? [])}`)]
  })

/** An index is a list for readers and registries, not a way through one's own room. */
export const indexes: Rule = house =>
  eachInside(house, (source, { target, offset }) => {
    if (!target.endsWith('/index.ts') || isTest(source.path)) return []
    const own = topRoom(target) === topRoom(source.path)
    return !own && readsIndexes.includes(topRoom(source.path))
      ? []
      : [finding(source, offset, `import of the index ${target}`, 'import the file that owns the thing')]
  })

/** A relative import names the file as it is on disk. */
export const endings: Rule = house =>
  eachInside(house, (source, { specifier, offset }) =>
    specifier.endsWith('.ts') ? [] : [finding(source, offset, `'${specifier}'`, 'name the file with its .ts ending')],
  )

/** `operators`, `engine/flow`; a file that stands in no room is its own. */
export const roomOf = (path: string): string => {
  const [top, second] = path.split('/') as [string, ...string[]]
  return top === 'engine' ? `engine/${second}` : top
}

const topRoom = (path: string): string => path.split('/')[0]!

const testRooms = (room: string): readonly string[] => [
  ...(room.endsWith('.ts') ? house : engine),
  'engine/testing',
  ...(testsMayAlsoImport[room] ?? []),
]

const listed = (rooms: readonly string[]): string =>
  rooms.length === 0 ? 'nothing but its own files' : rooms.join(', ')

const eachInside = (house: House, check: (source: Source, found: Inside) => Finding[]): Finding[] =>
  house.sources.flatMap(source =>
    importsOf(source).flatMap(found =>
      found.target === null ? [] : check(source, { ...found, target: found.target }),
    ),
  )

type Inside = Import & { readonly target: string }
