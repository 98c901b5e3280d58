import { expect, test } from 'vitest'
import { quoteBlock, step } from '../testing/log/rows.ts'
import { logContract } from '../testing/log-contract.ts'
import { memoryLog } from './memory.ts'
import { scopedLog } from './scoped.ts'

logContract('scoped', async () => ({ log: scopedLog(memoryLog(), 'run'), dispose: async () => {} }))

test('scopes of one log do not see each other', async () => {
  const shared = memoryLog()
  const [a, b] = [scopedLog(shared, 'a'), scopedLog(shared, 'b')]
  await a.append('quotes', 0, [quoteBlock(0, 1)])
  const { epoch } = await b.fence('t')
  await b.commit(step('t', epoch, 1, { outputs: [{ topic: 'orders', partition: 0, block: quoteBlock(0, 2) }] }))
  expect((await a.topics()).map(({ topic }) => topic)).toEqual(['quotes'])
  expect((await b.topics()).map(({ topic }) => topic)).toEqual(['orders'])
  expect((await shared.topics()).map(({ topic }) => topic)).toEqual(['a.quotes', 'b.orders'])
})
