import type { ESTree } from 'rolldown/utils'
import { importsOf } from './imports.ts'
import { type Finding, finding, isTest, type Located, type Rule, type Source } from './source.ts'

interface Ban {
  /** Dotted names of globals, or of a builtin module's exports. */
  readonly names: readonly string[]
  readonly instead: string
  /** Folders and files where it may be used. */
  readonly except: readonly string[]
  readonly tests: boolean
}

/** The rooms that face the outside. */
const outside = ['engine/time', 'connectors', 'deploy', 'bench']

const bans: readonly Ban[] = [
  {
    names: ['Date()', 'Date.now', 'performance.now', 'performance.timeOrigin', 'process.hrtime', 'Temporal.Now'],
    instead: 'time is the `at` of the event, or `now` in tick',
    except: outside,
    tests: true,
  },
  {
    names: ['setTimeout', 'setInterval', 'setImmediate'],
    instead: 'time arrives as events: use an expander with `tick`, or what engine/time hands in',
    except: outside,
    tests: true,
  },
  {
    names: ['Math.random', 'crypto.getRandomValues', 'crypto.randomBytes', 'crypto.randomInt'],
    instead: 'use a generator whose seed is an option',
    except: outside,
    tests: false,
  },
  { names: ['crypto.randomUUID'], instead: 'derive the id from the cause', except: outside, tests: false },
  {
    names: ['process.env'],
    instead: 'read it in deploy/config.ts and hand it in as an option',
    except: ['deploy/config.ts', 'bench'],
    tests: true,
  },
  { names: ['console'], instead: 'return it, or publish it to a tap', except: ['deploy', 'bench'], tests: false },
]

/** No room asks a clock, chance, the environment or the console. */
export const purity: Rule = house =>
  house.sources.flatMap(source => {
    const active = bans.filter(ban => !(isTest(source.path) && ban.tests) && !isIn(source, ban.except))
    return source.nodes
      .flatMap(located => uses(located))
      .flatMap(({ name, offset }) =>
        active.filter(ban => ban.names.includes(name)).map(ban => finding(source, offset, name, ban.instead)),
      )
  })

/** What of RxJS asks a clock or waits. */
const rxTime = [
  ...['asyncScheduler', 'asapScheduler', 'queueScheduler', 'animationFrameScheduler', 'async', 'asap', 'queue'],
  ...['animationFrame', 'animationFrames', 'interval', 'timer', 'auditTime', 'bufferTime', 'debounceTime', 'delay'],
  ...['sampleTime', 'throttleTime', 'timeInterval', 'timeout', 'timeoutWith', 'timestamp', 'windowTime', 'observeOn'],
  ...['subscribeOn', 'scheduled', 'VirtualTimeScheduler', 'VirtualAction'],
]

/** RxJS never brings its own time. */
export const rxjsWithoutTime: Rule = house =>
  house.sources.filter(source => !isIn(source, ['bench'])).flatMap(timeOfRxjs)

const timeOfRxjs = (source: Source): Finding[] =>
  importsOf(source)
    .filter(({ specifier, typeOnly }) => /^rxjs($|\/)/.test(specifier) && !typeOnly)
    .flatMap(({ names, offset }) => [
      ...names
        .filter(name => rxTime.includes(name))
        .map(name => finding(source, offset, `${name} of rxjs`, 'time arrives as events: use an expander with `tick`')),
      ...(names.includes('*') ? [finding(source, offset, 'all of rxjs', 'name what you take')] : []),
    ])

const isIn = (source: Source, places: readonly string[]): boolean =>
  places.some(place => `${source.path}/`.startsWith(`${place}/`))

interface Use {
  readonly name: string
  readonly offset: number
}

/** The dotted names that a node reads. */
const uses = ({ node, parent }: Located): Use[] => {
  const offset = node.start
  switch (node.type) {
    case 'Identifier':
      return isReference(node, parent) ? [{ name: node.name, offset }] : []
    case 'MemberExpression':
      return [{ name: dotted(node), offset }]
    case 'CallExpression':
      return dotted(node.callee) === 'Date' ? [{ name: 'Date()', offset }] : []
    case 'NewExpression':
      return dotted(node.callee) === 'Date' && node.arguments.length === 0 ? [{ name: 'Date()', offset }] : []
    case 'VariableDeclarator':
      return node.init ? taken(node.id, dotted(node.init)) : []
    case 'ImportDeclaration':
      return imported(node)
    default:
      return []
  }
}

const isReference = (node: ESTree.Node, parent: ESTree.Node | null): boolean => {
  if (parent === null || ('computed' in parent && parent.computed)) return true
  return !('property' in parent && parent.property === node) && !('key' in parent && parent.key === node)
}

/** `a.b.c` of a chain of members; empty when a part of it is computed. */
const dotted = (node: ESTree.Node): string => {
  if (node.type === 'Identifier') return node.name
  if (node.type !== 'MemberExpression') return ''
  const name = node.computed ? (node.property.type === 'Literal' ? node.property.value : '') : nameOf(node.property)
  return `${dotted(node.object)}.${name}`.replace(/^(globalThis|global)\./, '')
}

const nameOf = (node: ESTree.Node): string => ('name' in node && typeof node.name === 'string' ? node.name : '')

/** `const { now } = Date` takes `Date.now`. */
const taken = (pattern: ESTree.Node, from: string): Use[] =>
  pattern.type !== 'ObjectPattern'
    ? []
    : pattern.properties.flatMap(property =>
        property.type === 'Property' ? [{ name: `${from}.${nameOf(property.key)}`, offset: property.start }] : [],
      )

/** `import { randomUUID } from 'node:crypto'` takes `crypto.randomUUID`. */
const imported = (node: ESTree.ImportDeclaration): Use[] => {
  const builtin = /^node:(crypto|process)$/.exec(node.source.value)
  return builtin === null
    ? []
    : node.specifiers.flatMap(specifier =>
        specifier.type === 'ImportSpecifier'
          ? [{ name: `${builtin[1]}.${nameOf(specifier.imported)}`, offset: specifier.start }]
          : [],
      )
}
