import { describe, expect, it } from 'vitest'
import { blockToJson } from '../../engine/log/json.ts'
import { clock } from '../../engine/market/topics.ts'
import { skeleton } from './connector.ts'

async function* arriving(...texts: string[]): AsyncGenerator<string> {
  yield* texts
}

const read = async (texts: AsyncIterable<string>, signal?: AbortSignal): Promise<string[]> => {
  const blocks: string[] = []
  for await (const block of skeleton({ schema: clock.schema, texts, ...(signal && { signal }) })) {
    blocks.push(blockToJson(block))
  }
  return blocks
}

describe('skeleton', () => {
  it('gives each text as a block, in order', async () => {
    const texts = ['{"at":1,"key":"A"}\n{"at":2,"key":"B"}\n', '{"at":3,"key":"A"}\n']
    expect(await read(arriving(...texts))).toEqual(texts)
  })

  it('ends quietly when the signal aborts', async () => {
    expect(await read(arriving('{"at":1,"key":"A"}\n'), AbortSignal.abort())).toEqual([])
  })

  it('refuses a line that is no row', async () => {
    await expect(read(arriving('{"at":1}\n'))).rejects.toThrow('line 1: key must be a text')
  })
})
