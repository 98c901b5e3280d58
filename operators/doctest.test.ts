import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { claimsOf, examplesOf } from '../engine/testing/doctest.ts'
import { run, runAt } from '../engine/testing/run-kernel.ts'

const operators = globSync('*/*.ts', { cwd: import.meta.dirname, exclude: ['**/*.test.ts'] }).sort()

describe.each(operators)('the examples of %s', path => {
  const examples = examplesOf(path, readFileSync(`${import.meta.dirname}/${path}`, 'utf8'))

  it.each(examples)('$place', async ({ code }) => {
    const own: Record<string, unknown> = await import(/* @vite-ignore */ `./${path}`)
    const claims = await claimsOf(code, { run, runAt, ...own })
    expect(claims).not.toEqual([])
    const broken = claims.filter(({ holds }) => !holds).map(({ text, actual }) => `${text}, found ${actual}`)
    expect(broken.join('\n')).toBe('')
  })
})
