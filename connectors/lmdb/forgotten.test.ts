import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { neverForgotten } from './forgotten.ts'

it('hands on how a write ended', async () => {
  await expect(neverForgotten(Promise.resolve(7))).resolves.toBe(7)
  await expect(neverForgotten(Promise.reject(new Error('full')))).rejects.toThrow('full')
})

it('gives up a write that nobody will ever end, when the process has nothing else to do', () => {
  const module = JSON.stringify(join(import.meta.dirname, 'forgotten.ts'))
  const program = `
    const { neverForgotten } = await import(${module})
    const writes = [Promise.resolve(1), new Promise(() => {})]
    const [kept, lost] = await Promise.allSettled(writes.map(neverForgotten))
    console.log(kept.status, lost.reason.code)`
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(printed.trim()).toBe('fulfilled LOG_IO')
})
