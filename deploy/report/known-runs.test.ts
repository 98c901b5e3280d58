import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folders, millrace } from '../testing/millrace.ts'
import { runsBelow } from './known-runs.ts'

const { make, remove } = folders()
afterAll(remove)

const figures = { begin: 1e15, end: 2e15, sharpe: 1 }
const manifest = (id: string, net: number | null) => ({
  ...{ id, status: net === null ? 'running' : 'finished', strategy: 'a', tape: { topic: 't' }, params: { length: 5 } },
  ...{ currency: { code: 'USD', decimals: 2 }, from: null, to: null },
  result: net === null ? null : { ticks: 10, trades: 2, metrics: { netProfit: net, totalReturn: net / 100 }, figures },
})

const write = (root: string, path: string, net: number | null, at = 1000): string => {
  const folder = join(root, path)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'manifest.json')
  writeFileSync(file, JSON.stringify(manifest(path.split('/').at(-1)!, net)))
  utimesSync(file, at, at)
  return file
}

describe('the runs below a folder', () => {
  it('are found in folders of folders, and in a run itself', async () => {
    const root = make()
    for (const path of ['one', 'sweep/two', 'sweep/deep/three', 'a/b/c/d/too-deep']) write(root, path, 1)
    const found = await runsBelow(root)
    expect(found.map(({ id }) => id).sort()).toEqual(['one', 'three', 'two'])
    expect(found.find(({ id }) => id === 'two')).toMatchObject({
      ...{
        folder: join(root, 'sweep/two'),
        at: 1_000_000,
        status: 'finished',
        strategy: 'a',
        topic: 't',
        currency: 'USD',
      },
      ...{ begin: 1e15, end: 2e15, ticks: 10, trades: 2, net: 1, return: 0.01, drawdown: null, sharpe: 1 },
    })
    expect(await runsBelow(join(root, 'one'))).toMatchObject([{ id: 'one' }])
    expect(await runsBelow(join(root, 'nowhere'))).toEqual([])
  })

  it('are read from the index until a manifest is another one', async () => {
    const root = make()
    write(root, 'one', 1)
    write(root, 'two', 2)
    const before = await runsBelow(root)
    const index = join(root, '.runs.json')
    writeFileSync(index, readFileSync(index, 'utf8').replaceAll('"strategy":"a"', '"strategy":"of the index"'))
    write(root, 'two', 3, 2000)
    const [one, two] = await runsBelow(root)
    expect([one?.strategy, two?.strategy, two?.net]).toEqual(['of the index', 'a', 3])
    writeFileSync(index, '{ "version": 1,')
    expect(await runsBelow(root)).toMatchObject([before[0]!, { ...before[1]!, net: 3, return: 0.03, at: 2_000_000 }])
    rmSync(join(root, 'one'), { recursive: true })
    expect(await runsBelow(root)).toHaveLength(1)
    expect(Object.keys(JSON.parse(readFileSync(index, 'utf8')).runs)).toEqual(['two'])
  })

  it('are listed with one that is damaged, and one that has not ended', async () => {
    const root = make()
    write(root, 'running', null)
    writeFileSync(write(root, 'torn', 1), '{ "id":')
    const [running, torn] = await runsBelow(root)
    expect(running).toMatchObject({ status: 'running', net: null, begin: null })
    expect(torn).toMatchObject({ id: 'torn', status: 'damaged', strategy: expect.stringContaining('cannot read') })
  })
})

describe('millrace runs', () => {
  const home = make()
  const runs = (...args: readonly string[]) => millrace(['runs', ...args], { home })
  const ids = async (...args: readonly string[]) =>
    (JSON.parse((await runs(...args, '--json')).stdout) as { id: string }[]).map(({ id }) => id)
  beforeAll(() => {
    write(join(home, 'runs'), 'old', 5, 100)
    write(join(home, 'runs'), 'new', -3, 300)
    write(join(home, 'runs'), 'open', null, 200)
  })

  it('shows the newest first, or sorts by a column; what has no value is last', async () => {
    expect(await ids()).toEqual(['new', 'open', 'old'])
    expect(await ids('--sort', 'net')).toEqual(['old', 'new', 'open'])
    expect(await ids('--sort', 'net', '--reverse')).toEqual(['new', 'old', 'open'])
    expect(await ids('--sort', 'id', '--limit', '2')).toEqual(['new', 'old'])
    expect(await ids('--strategy', 'b')).toEqual([])
    const { stdout } = await runs('--limit', '1')
    expect(stdout).toMatch(
      /^run +written +topic +event time.*\n─.*\nnew +1970-01-01 00:05 +t +2001-09-09 to 2033-05-18.*/,
    )
    expect(stdout).toContain('and 2 more: --limit 3')
  })

  it('takes other folders with it, each run once', async () => {
    const other = make()
    write(other, 'sweep/elsewhere', 1, 50)
    expect(await ids(other, join(home, 'runs', 'old'))).toEqual(['new', 'open', 'old', 'elsewhere'])
    expect(existsSync(join(other, '.runs.json'))).toBe(true)
  })

  it('says what is wrong, and that there is none', async () => {
    expect(await runs('--sort', 'luck')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('CLI_FLAG: --sort is'),
    })
    expect(await runs('nowhere')).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no folder') })
    expect((await millrace(['runs'], { home: make() })).stdout).toContain('no runs yet')
  })
})
