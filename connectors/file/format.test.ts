import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, it } from 'vitest'
import { textFormat } from './format.ts'

const home = mkdtempSync(join(tmpdir(), 'millrace-format-'))
afterAll(() => rmSync(home, { recursive: true }))

it.each([
  ['csv', 'ts_ms,bid,ask\n1398902401787,1,2\n'],
  ['csv', '1398902401787,1,2'],
  ['csv', '# {nothing}\n\n1723161255030314667,{"odd"}\n'],
  ['csv', '\n\n'],
  ['jsonl', '\ufeff\n# rows\n {"at":1,"bid":1,"ask":2}\n'],
  ['capture', '1723161255030314667 {"stream":"btcusdt@trade","data":{}}\n'],
] as const)('%s: %j', async (format, text) => {
  const path = join(home, 'file')
  for (const bytes of [text, gzipSync(text)]) {
    writeFileSync(path, bytes)
    expect(await textFormat(path)).toBe(format)
  }
})

it('of a file that is not there is refused', async () => {
  await expect(textFormat(join(home, 'none'))).rejects.toMatchObject({ code: 'FILE_MISSING' })
})
