import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimsOf, type Example, examplesOf } from './doctest.ts'
import { run, runAt } from './run-kernel.ts'

type Names = Readonly<Record<string, unknown>>

/**
 * Runs the examples of a room that claim something, each with the exports of its own file, `run`, `runAt` and `scope`.
 */
export const doctestContract = (room: string, scope: Names = {}): void => {
  const files = sourcesOf(room).map(path => ({
    path,
    examples: claimingIn(path, readFileSync(join(room, path), 'utf8')),
  }))

  describe.each(files.filter(({ examples }) => examples.length > 0))('the examples of $path', ({ path, examples }) => {
    it.each(examples)('$place', async ({ code }) => {
      const claims = await claimsOf(code, { ...scope, run, runAt, ...(await namesOf(room, path)) })
      const broken = claims.filter(({ holds }) => !holds).map(({ text, actual }) => `${text}, found ${actual}`)
      expect(broken.join('\n')).toBe('')
    })
  })
}

const claimingIn = (path: string, text: string): Example[] =>
  examplesOf(path, text).filter(({ code }) => code.includes('// =>'))

/** All that the files of a room export, for examples that take from their neighbours. */
export const exportsOf = async (room: string): Promise<Names> =>
  Object.assign({}, ...(await Promise.all(sourcesOf(room).map(path => namesOf(room, path)))))

const sourcesOf = (room: string): string[] =>
  globSync('**/*.ts', { cwd: room, exclude: ['testing', '**/*.test.ts', '**/index.ts'] }).sort()

const namesOf = (room: string, path: string): Promise<Names> => import(/* @vite-ignore */ join(room, path))
