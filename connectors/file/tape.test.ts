import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import type { Block } from '../../engine/log/block.ts'
import { digestBlock, digestHex, digestState } from '../../engine/log/digest.ts'
import { sampleMarket } from '../sample/sample.ts'
import { isTape, readTape, writeTape } from './tape.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-tape-'))
afterAll(() => rmSync(folder, { recursive: true }))

const place = (name: string): string => join(folder, name)
const market = (): Iterable<Block> => sampleMarket({ regime: 'trending', rows: 20_000 }).blocks()

const digestOf = async (blocks: AsyncIterable<Block> | Iterable<Block>): Promise<string> => {
  const digest = digestState()
  for await (const block of blocks) digestBlock(digest, block)
  return digestHex(digest)
}

test('what is written is read again bit for bit, plain and packed', async () => {
  const path = place('market.tape')
  const blocks = await writeTape(path, market())
  expect(blocks).toBe([...market()].length)
  writeFileSync(place('market.tape.gz'), gzipSync(readFileSync(path)))
  writeFileSync(place('market.tape.zst'), zstdCompressSync(readFileSync(path)))
  const expected = await digestOf(market())
  for (const name of ['market.tape', 'market.tape.gz', 'market.tape.zst']) {
    expect(await isTape(place(name))).toBe(true)
    expect(await digestOf(readTape(place(name)))).toBe(expected)
  }
})

test('a tape without its end, or with damage, gives what is before and says where', async () => {
  const path = place('whole.tape')
  await writeTape(path, market())
  const whole = readFileSync(path)
  writeFileSync(place('cut.tape'), whole)
  truncateSync(place('cut.tape'), whole.length - 20)
  await expect(digestOf(readTape(place('cut.tape')))).rejects.toMatchObject({
    code: 'FILE_TRUNCATED',
    message: expect.stringMatching(/cut\.tape: it breaks off behind \d+ blocks, before its end$/),
  })
  const bent = Buffer.from(whole)
  bent[whole.length - 1000]! ^= 1
  writeFileSync(place('bent.tape'), bent)
  let blocks = 0
  const read = async (): Promise<void> => {
    for await (const _ of readTape(place('bent.tape'))) blocks += 1
  }
  await expect(read()).rejects.toMatchObject({ code: 'FILE_CORRUPT', message: expect.stringContaining('CRC-32C') })
  expect(blocks).toBe([...market()].length - 1)
})

test('a file that is no tape is refused, and a folder that cannot be written is named', async () => {
  writeFileSync(place('quotes.csv'), 'time,bid,ask\n')
  expect(await isTape(place('quotes.csv'))).toBe(false)
  await expect(digestOf(readTape(place('quotes.csv')))).rejects.toMatchObject({ code: 'FILE_FORMAT' })
  await expect(writeTape(place('no/such/folder'), market())).rejects.toMatchObject({ code: 'FILE_WRITE' })
})
