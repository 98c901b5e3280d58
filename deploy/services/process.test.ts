import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { end, fromPs, isAlive, isGone, look, type Seen, send } from './process.ts'

const children: ChildProcess[] = []

const begun = async (script: string): Promise<Seen> => {
  const child = spawn('sh', ['-c', `${script}; echo; while :; do sleep 1; done`])
  children.push(child)
  // Its first line says that the script has run.
  await once(child.stdout, 'data')
  return look(child.pid!)!
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

describe('a process', () => {
  it('is seen with its birth and its memory, by /proc and by ps', () => {
    expect(look(process.pid)!.memory).toBeGreaterThan(2 ** 20)
    expect(fromPs(process.pid)!.memory).toBeGreaterThan(2 ** 20)
    expect(fromPs(process.pid)!.born).toMatch(/\d\d:\d\d:\d\d/)
  })

  it('is not there when its number is free', () => {
    expect(look(2 ** 22 + 1)).toBeNull()
    expect(fromPs(2 ** 22 + 1)).toBeNull()
  })

  it('ends when it is asked to', async () => {
    const seen = await begun(':')
    await end(seen, 5_000)
    expect(isAlive(seen)).toBe(false)
  })

  it('is killed when it does not listen', async () => {
    const seen = await begun("trap '' TERM")
    await end(seen, 100)
    expect(isAlive(seen)).toBe(false)
  })

  it('ends in order even when it was stopped', async () => {
    const seen = await begun(':')
    process.kill(seen.pid, 'SIGSTOP')
    const since = performance.now()
    await end(seen, 60_000)
    expect(performance.now() - since).toBeLessThan(30_000)
  })

  it('is left alone when the number is now of another one', async () => {
    const seen = await begun(':')
    const earlier = { pid: seen.pid, born: 'earlier' }
    await end(earlier, 0)
    expect(send(earlier, 'SIGKILL')).toBe(false)
    expect(await isGone(seen, 100)).toBe(false)
  })
})
