import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type Task, tasks, type Variant } from './cases.ts'
import { measure, measurePass } from './measure.ts'
import { hasQuotes, QUOTES, quotesFeed } from './recorded.ts'
import { type CaseRuns, runCase } from './rounds.ts'
import { failuresOf, type Row, rowsOf as tableRowsOf } from './table.ts'
import { rowsOf, tickColumns, tickSource } from './ticks.ts'
import type { Result, Runner } from './workload.ts'

const taskOf = (workload: string, instruments: number): Task =>
  tasks.find(task => task.workload === workload && task.instruments === instruments)!

describe('every variant gives the result of the hand-written loop', () => {
  const ticks = 200_000
  const cases = tasks
    .filter(({ workload, variants }) => variants.hand && !workload.startsWith('Z20'))
    .flatMap(({ workload, instruments, variants: { hand, ...others } }) =>
      Object.entries(others).map(([variant, run]) => ({ workload, instruments, variant, hand: hand!, run })),
    )
  it.each(cases)('$workload, $instruments instruments, $variant', async ({ hand, run }) => {
    expect((await run(ticks)).checksum).toBe((await hand(ticks)).checksum)
  })

  it('also when many instruments trade on bars, which takes more ticks', async () => {
    const { startHand } = await import('./hand.ts')
    const { startMillrace } = await import('./millrace.ts')
    const { startMost } = await import('./most.ts')
    const { startRxjs } = await import('./rxjs.ts')
    const runners = [startHand('W1', 10), startMillrace('W1', 10), startMost('W1', 10), startRxjs('W1')]
    const found = await Promise.all(runners.map(runner => measurePass(runner, tickSource(10), 500_000)))
    expect(new Set(found.map(one => one.checksum)).size).toBe(1)
    expect(Number(found[0]!.checksum.split('|')[0])).toBeGreaterThan(10)
  })
})

describe('a fill changes the position before the next row is stepped', () => {
  const ticks = tickColumns(hasQuotes() ? QUOTES : 200_000)
  const feed = hasQuotes() ? quotesFeed() : tickSource(1)
  feed(ticks)
  const run = (runner: Runner, rowsPerBlock = ticks.count): Result => {
    for (let from = 0; from < ticks.count; from += rowsPerBlock)
      runner.push(rowsOf(ticks, from, Math.min(from + rowsPerBlock, ticks.count)))
    return runner.result()
  }

  it.each([1, 64, 4096])('in blocks of %i rows', async rowsPerBlock => {
    const { startHand } = await import('./hand.ts')
    const { startMillrace } = await import('./millrace.ts')
    const found = run(startMillrace('W2', 1), rowsPerBlock)
    expect(found).toEqual(run(startHand('W2', 1)))
    expect(found.fills).toBe(hasQuotes() ? 80_247 : 11_544)
  })

  // The price grid makes a z of 1 or 0.25 often, and rounding decides then: plain sums on prices as floats give 80,254,
  // those of the operators 80,247, whole points 80,246. Crossed quotes, one in ten, are taken as they are.
  // Skipped where ../shared/data is not: the figure is one of the recorded quotes, which are not the project's to ship.
  it.skipIf(!hasQuotes())('80,254 times by plain sums (skipped where ../shared/data is not)', async () => {
    const { startHand } = await import('./hand.ts')
    expect(run(startHand('W2', 1, 'plain')).fills).toBe(80_254)
  })
})

describe('the published results', () => {
  it('are those of the hand-written loop with plain sums, to the last bit', async () => {
    const task = taskOf('W2', 100)
    expect((await runCase(task, 'reference', task.ticks.full)).checksum).toBe(task.reference!.checksum)
  })

  // Skipped where ../shared/data is not: the published fills and cash are those of the recorded quotes.
  it.skipIf(!hasQuotes()).each(['Z20', 'Z20-venue'])(
    'of %s come from the recorded quotes (skipped where ../shared/data is not)',
    async workload => {
      const task = taskOf(workload, 1)
      for (const variant of Object.keys(task.variants) as Variant[]) {
        expect((await runCase(task, variant, task.ticks.full)).checksum).toBe('76264|-1.22365')
      }
    },
  )
})

describe('what a tick allocates', () => {
  let kept: unknown
  const bytesOf = async (work: (i: number) => void): Promise<number> => {
    const size = 200_000
    const run = () => {
      for (let i = 0; i < size; i++) work(i)
    }
    return (await measure({ size, prepare: () => undefined, work: run })).bytesPerTick
  }

  /** Now and then V8 compiles a part anew behind the warm-up, so one of many has to show the steady state. */
  const least = async (bytes: () => Promise<number>): Promise<number> => {
    let found = await bytes()
    for (let tries = 1; tries < TRIES && found >= 1; tries++) found = Math.min(found, await bytes())
    return found
  }
  const TRIES = 8

  it('is measured to a byte', async () => {
    expect(await least(() => bytesOf(() => undefined))).toBeLessThan(1)
    // Map, properties, elements and three fields: six words of eight bytes.
    const off = await least(async () => {
      const bytes = await bytesOf(i => {
        kept = { a: i, b: i, c: i }
      })
      return Math.abs(bytes - 48)
    })
    expect(off).toBeLessThan(1)
    expect(kept).toBeDefined()
  })

  it.each(['W1', 'W2'])('is under a byte on %s with 100 instruments, once the machine code stands', async workload => {
    const task = taskOf(workload, 100)
    const bytes = async () => (await runCase(task, 'millrace', task.ticks.full)).bytesPerTick
    expect(await least(bytes)).toBeLessThan(1)
  })
})

describe('the other measurements', () => {
  it.each([
    ['operator indicators/adx', 1000],
    ['operator hygiene/conflate', 1000],
    ['import', 1000],
    ['replay-lmdb', 50_000],
    ['backtest', 50_000],
    ['brackets', 50_000],
    ['resting 10000', 1000],
    ['first100k', 50_000],
    ['mailbox', 1000],
    ['mailbox single', 1000],
    ['snapshot', 1000],
    ['restore', 1000],
  ])('%s', async (name, ticks) => {
    const { variants } = tasks.find(({ workload }) => workload === name)!
    const { nsPerTick, coldNsPerTick, checksum } = await variants.millrace!(ticks)
    expect(nsPerTick.length).toBeGreaterThan(0)
    for (const ns of [...nsPerTick, coldNsPerTick]) expect(ns).toBeGreaterThan(0)
    expect(checksum).not.toMatch(/^0/)
  })
})

describe('a row', () => {
  const task = taskOf('W1', 1)
  const finding = (ns: number, sum: string) => ({
    nsPerTick: [ns],
    coldNsPerTick: 1,
    bytesPerTick: 0,
    peakMb: 1,
    checksum: sum,
  })
  const hand: CaseRuns = { task, variant: 'hand', findings: [finding(10, 'a'), finding(10, 'a'), finding(40, 'a')] }

  it('has the median of all rounds, and the time of the hand-written loop over it', () => {
    const most: CaseRuns = { task, variant: 'most', findings: [finding(20, 'a'), finding(80, 'a'), finding(40, 'a')] }
    expect(tableRowsOf([hand, most]).map(row => [row.nsPerTick, row.ratioToHand])).toEqual([
      [10, 1],
      [40, 0.25],
    ])
    expect(failuresOf([hand, most])).toEqual([])
  })

  it('is void when one of its checksums is not the hand-written loop’s', () => {
    const most: CaseRuns = { task, variant: 'most', findings: [finding(20, 'a'), finding(20, 'b')] }
    expect(tableRowsOf([hand, most])[1]).toMatchObject({ nsPerTick: null, ratioToHand: null, checksum: 'b' })
    expect(failuresOf([hand, most])).toEqual(['W1 1 most: checksum b, hand has a'])
  })

  it('of the reference is no row, but fails when it is not the published result', () => {
    const reference: CaseRuns = { task, variant: 'reference', findings: [finding(1, 'a')] }
    expect(tableRowsOf([hand, reference])).toHaveLength(1)
    expect(failuresOf([hand, reference])[0]).toContain('the published result is 5959|8420|-3.350435905290098')
  })
})

describe('npm run bench', () => {
  const script = fileURLToPath(new URL('main.ts', import.meta.url))
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

  it('prints rows as JSON and nothing else', () => {
    const { stdout, stderr, status } = run('--json', '--quick', '--rounds', '1', '--only', 'keyed')
    expect([stderr, status]).toEqual(['', 0])
    const rows = JSON.parse(stdout) as Row[]
    expect(rows[0]).toEqual({
      workload: 'keyed',
      instruments: 100,
      variant: 'hand',
      nsPerTick: expect.any(Number),
      ratioToHand: 1,
      checksum: expect.stringMatching(/^\d+\|/),
      bytesPerTick: expect.any(Number),
    })
    expect(new Set(rows.map(row => row.checksum)).size).toBe(1)
  })

  it('tells who asks wrongly what is right', () => {
    const { stderr, status } = run('--only', 'W9')
    expect(stderr).toContain('--only W9: the workloads are W1, W2, keyed, keyed-lmdb, Z20, Z20-venue, brackets, ')
    expect(status).toBe(2)
  })
})
