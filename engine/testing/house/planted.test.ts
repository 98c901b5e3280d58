import { describe, expect, it } from 'vitest'
import { errorCodes } from './codes.ts'
import { contractBlocks } from './contract-block.ts'
import { endings, floorPlan, indexes } from './floor-plan.ts'
import { listed, subjects, tested } from './layout.ts'
import { declared, oneAddress } from './libraries.ts'
import { purity, rxjsWithoutTime } from './purity.ts'
import { lengths, ownExpect, parameters, refusedForms } from './shape.ts'
import { houseOf, parsed, type Rule, readHouse, report } from './source.ts'

/** What a rule says of one file. */
const of = (rule: Rule, path: string, text: string): string => report(rule(houseOf({ [path]: text })))

const wrong = (rule: Rule, path: string, text: string, message: string) =>
  it(`catches ${path}: ${text.slice(0, 70)}`, () => expect(of(rule, path, text)).toContain(message))

const right = (rule: Rule, path: string, text: string) =>
  it(`allows ${path}: ${text.slice(0, 70)}`, () => expect(of(rule, path, text)).toBe(''))

describe('the floor plan', () => {
  wrong(
    floorPlan,
    'engine/market/quote.ts',
    "import { lift } from '../flow/lift.ts'",
    'engine/market/quote.ts:1  engine/market imports engine/flow/lift.ts: engine/market may import nothing but its own',
  )
  wrong(floorPlan, 'engine/flow/lift.ts', "import type { Log } from '../log/port.ts'", 'engine/flow imports engine/log')
  wrong(floorPlan, 'engine/actor/actor.ts', "export * from '../gate/gate.ts'", 'engine/actor imports engine/gate')
  wrong(
    floorPlan,
    'engine/run/live.ts',
    "\nawait import('../../deploy/main.ts')",
    'live.ts:2  engine/run imports deploy',
  )
  wrong(floorPlan, 'operators/bars/x.ts', "type X = import('../../strategies/x.ts').X", 'operators imports strategies')
  wrong(floorPlan, 'strategies/x.ts', "import { paper } from '../connectors/paper/venue.ts'", 'strategies imports conn')
  wrong(
    floorPlan,
    'deploy/main.ts',
    "import { run } from '../engine/testing/run-kernel.ts'",
    'deploy imports engine/te',
  )
  wrong(
    floorPlan,
    'operators/bars/x.test.ts',
    "import { csv } from '../../connectors/file/csv.ts'",
    'operators imports c',
  )
  right(floorPlan, 'engine/market/quote.ts', "import { assert } from '../assert.ts'")
  right(floorPlan, 'operators/bars/x.ts', "import { lift } from '../../engine/flow/lift.ts'")
  right(floorPlan, 'operators/bars/x.test.ts', "import { run } from '../../engine/testing/run-kernel.ts'")
  right(floorPlan, 'strategies/x.test.ts', "import { paper } from '../connectors/paper/venue.ts'")
  right(floorPlan, 'strategies/x.ts', "// import { paper } from '../connectors/paper/venue.ts'")
})

describe('indexes and endings', () => {
  wrong(indexes, 'operators/bars/x.ts', "import { y } from '../index.ts'", 'import the file that owns the thing')
  wrong(
    indexes,
    'operators/bars/x.ts',
    "import { y } from '../../engine/index.ts'",
    'import of the index engine/index.ts',
  )
  right(indexes, 'strategies/x.ts', "import { y } from '../operators/index.ts'")
  right(indexes, 'operators/contract.test.ts', "import * as operators from './index.ts'")
  wrong(
    endings,
    'engine/log/block.ts',
    "import { y } from './y'",
    "block.ts:1  './y': name the file with its .ts ending",
  )
})

describe('libraries', () => {
  wrong(
    oneAddress,
    'engine/log/codec.ts',
    "import { open } from 'lmdb'",
    'lmdb in engine/log: it lives in connectors/lmdb',
  )
  wrong(oneAddress, 'operators/bars/x.ts', "import { map } from 'rxjs/operators'", 'rxjs in operators')
  wrong(oneAddress, 'deploy/main.ts', "import left from 'left-pad'", 'left-pad has no address')
  right(oneAddress, 'operators/bars/x.ts', "import type { Observable } from 'rxjs'")
  right(oneAddress, 'operators/bars/x.test.ts', "import { of } from 'rxjs'")
  right(oneAddress, 'connectors/file/csv.ts', "import { open } from 'node:fs/promises'")

  it('catches a package that is used without being declared, and one that is declared without being used', () => {
    const manifest = JSON.stringify({ dependencies: { lmdb: '1.0.0' }, devDependencies: { typescript: '1.0.0' } })
    const house = houseOf({ 'package.json': manifest, 'engine/flow/rx.ts': "\nexport * from 'rxjs'" })
    expect(report(declared(house))).toBe(
      'engine/flow/rx.ts:2  rxjs is not in package.json: declare it\n' +
        'package.json:1  nobody imports lmdb: remove it',
    )
  })
})

describe('purity', () => {
  const flow = 'engine/flow/x.ts'
  wrong(purity, flow, 'const at = Date.now()', 'x.ts:1  Date.now: time is the `at` of the event')
  wrong(purity, flow, 'const at = new Date()', 'Date()')
  wrong(purity, flow, 'const { now } = Date', 'Date.now')
  wrong(purity, flow, "globalThis['performance'].now()", 'performance.now')
  wrong(purity, flow, 'setTimeout(done, 5)', 'setTimeout: time arrives as events')
  wrong(purity, flow, "import { setTimeout } from 'node:timers/promises'", 'setTimeout')
  wrong(purity, flow, 'const chance = Math.random', 'Math.random: use a generator whose seed is an option')
  wrong(purity, flow, "import { randomUUID } from 'node:crypto'", 'crypto.randomUUID: derive the id from the cause')
  wrong(purity, flow, 'process.env.HOME', 'process.env: read it in deploy/config.ts')
  wrong(purity, flow, 'console.error(1)', 'console: return it')
  wrong(purity, 'deploy/main.ts', 'process.env.HOME', 'process.env')
  wrong(purity, 'engine/flow/x.test.ts', 'Math.random()', 'Math.random')
  right(purity, 'engine/flow/x.test.ts', 'setTimeout(done, Date.now())')
  right(purity, 'connectors/kafka/source.ts', 'setTimeout(done, Date.now())')
  right(purity, 'deploy/config.ts', 'process.env.HOME')
  right(purity, flow, "// Date.now()\nexport const text = 'Math.random() new Date()'")
  right(purity, flow, 'export const day = (at: number) => new Date(at).getUTCDay()')
  right(purity, flow, 'export const timer = { setTimeout: 1, console: 2 }')

  wrong(
    rxjsWithoutTime,
    flow,
    "import { map, debounceTime } from 'rxjs'",
    'debounceTime of rxjs: time arrives as events',
  )
  wrong(rxjsWithoutTime, flow, "import * as rx from 'rxjs'", 'all of rxjs: name what you take')
  wrong(rxjsWithoutTime, flow, "export { asyncScheduler } from 'rxjs'", 'asyncScheduler of rxjs')
  right(rxjsWithoutTime, flow, "import { map, Observable } from 'rxjs'")
  right(rxjsWithoutTime, 'bench/rxjs.ts', "import { bufferTime } from 'rxjs'")
})

describe('shape', () => {
  const path = 'engine/flow/x.ts'
  const long = `const f = () => {\n${'f()\n'.repeat(59)}}`
  wrong(lengths, path, long, 'x.ts:1  a function of 61 lines: at most 60')
  wrong(lengths, path, 'f()\n'.repeat(301), 'a file of 301 lines: at most 300')
  wrong(lengths, path, `\n// ${'x'.repeat(118)}`, 'x.ts:2  121 columns: at most 120')
  right(lengths, path, 'f()\n'.repeat(300))
  right(lengths, 'bench/hand.ts', long)
  right(lengths, 'engine/flow/x.test.ts', long)
  right(lengths, 'engine/testing/log-contract.ts', long)
  wrong(parameters, path, 'const f = (a, b, c, d, e) => a', '5 parameters: at most 4')

  wrong(refusedForms, path, 'export default 1', 'a default export')
  wrong(refusedForms, path, 'enum Side { buy }', 'an enum: use a union of strings')
  wrong(refusedForms, path, 'let x: any', 'any: use unknown')
  wrong(refusedForms, path, 'namespace X {}', 'a namespace')
  wrong(refusedForms, path, 'export class X {}', 'a class: use a function and plain data')
  wrong(refusedForms, path, 'const X = class {}', 'a class')
  right(refusedForms, 'engine/errors.ts', 'export class MillraceError extends Error {}')
  right(refusedForms, 'vitest.config.ts', 'export default {}')
  wrong(ownExpect, path, "it.concurrent('x', async () => expect(1).toBe(1))", 'take it from the test')
  wrong(ownExpect, path, "it.concurrent('x', async () => { await expect.poll(f) })", 'the global expect')
  right(ownExpect, path, "it.concurrent('x', async ({ expect }) => expect(1).toBe(1))")
  right(ownExpect, path, "it('x', () => expect(1).toBe(1))")
})

describe('layout', () => {
  wrong(subjects, 'engine/flow/utils/x.ts', '', "engine/flow/utils/x.ts:1  'utils' is a kind of code")
  wrong(subjects, 'engine/flow/types.ts', '', "'types' is a kind of code: name the subject it is about")
  right(subjects, 'engine/market/commons.ts', '')

  const indexOf = (...names: string[]) => names.map(name => `export * from './${name}.ts'\n`).join('')
  const indexed = (index: string) =>
    report(
      listed(
        houseOf({
          'operators/bars/time-bars.ts': '',
          'operators/indicators/ema.ts': '',
          'operators/indicators/ema.test.ts': '',
          'operators/index.ts': index,
        }),
      ),
    )
  it('catches an operator that its index does not list', () => {
    const message = "operators/indicators/ema.ts:1  not in operators/index.ts: add: export * from './indicators/ema.ts'"
    expect(indexed(indexOf('bars/time-bars'))).toBe(message)
  })
  it('catches an index out of order', () => {
    expect(indexed(indexOf('indicators/ema', 'bars/time-bars'))).toContain(
      'operators/index.ts:2  operators/bars/time-b',
    )
  })
  it('catches an index with a line twice', () => {
    const twice = indexOf('bars/time-bars', 'indicators/ema', 'indicators/ema')
    expect(indexed(twice)).toContain('operators/index.ts:3  operators/indicators/ema.ts is out of order')
  })
  it('allows a complete index in order', () => {
    expect(indexed(indexOf('bars/time-bars', 'indicators/ema'))).toBe('')
  })
  it('catches a room without an index, but not an empty room', () => {
    expect(of(listed, 'strategies/ema-cross.ts', '')).toBe(
      'strategies/ema-cross.ts:1  no strategies/index.ts: write it',
    )
    expect(report(listed(houseOf({})))).toBe('')
  })

  wrong(tested, 'operators/bars/time-bars.ts', '', 'no test beside it: write operators/bars/time-bars.test.ts')
  wrong(tested, 'strategies/ema-cross.ts', '', 'no test beside it: write strategies/ema-cross.test.ts')
  it('takes a test beside a connector that reaches it', () => {
    const files = {
      'connectors/lmdb/log.ts': "import { lock } from './lock.ts'",
      'connectors/lmdb/lock.ts': '',
      'connectors/lmdb/keys.ts': '',
      'connectors/lmdb/log.test.ts': "import { log } from './log.ts'",
      'connectors/file/csv.ts': "import { lock } from '../lmdb/lock.ts'",
    }
    const untested = tested(houseOf(files)).map(({ place }) => place)
    expect(untested).toEqual(['connectors/lmdb/keys.ts:1', 'connectors/file/csv.ts:1'])
  })
})

describe('contract blocks', () => {
  const block = (...lines: string[]) =>
    ['/**', ' * A mean.', ' *', ...lines.map(line => ` * ${line}`), ' */'].join('\n')
  const whole = ['In      number', 'Out     number', 'Emits   one', 'State   two numbers', 'Source  own', '@example']
  const path = 'operators/indicators/ema.ts'
  wrong(contractBlocks, path, '/** A mean. */', 'no contract block')
  wrong(contractBlocks, path, block(...whole.slice(1), 'x // => 1'), 'no In in the contract block: say it')
  wrong(
    contractBlocks,
    path,
    block(whole[1]!, whole[0]!, ...whole.slice(2), 'x // => 1'),
    'the order is In, Out, Emits',
  )
  wrong(contractBlocks, path, block(...whole), 'no example: add @example with `// =>`')
  right(contractBlocks, path, block(...whole, 'x // => 1'))
})

describe('error codes', () => {
  const table = 'export const codes = {\n  LOG_IO: { family: 1 },\n} as const satisfies Record<string, unknown>'
  const files = { 'engine/errors.ts': table }
  it('catches a code that nobody raises and no test names', () => {
    expect(report(errorCodes(houseOf(files)))).toBe(
      'engine/errors.ts:2  nobody raises LOG_IO: raise it or remove the row\n' +
        'engine/errors.ts:2  no test names LOG_IO: test it',
    )
  })
  it('allows a code that is raised and named in a test', () => {
    const raised = { 'engine/log/x.ts': "throw new MillraceError('LOG_IO', '')", 'engine/log/x.test.ts': "'LOG_IO'" }
    expect(report(errorCodes(houseOf({ ...files, ...raised })))).toBe('')
  })
})

describe('the reader', () => {
  wrong(parsed, 'engine/x.ts', 'const = 1', 'engine/x.ts:1  ')
  it('reads this house', () => {
    const { sources, packages } = readHouse(`${import.meta.dirname}/../../..`)
    expect(sources.map(({ path }) => path)).toContain('engine/testing/house/source.ts')
    expect(packages).toContain('vitest')
  })
})
