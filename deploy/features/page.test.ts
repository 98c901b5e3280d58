import { describe, expect, it } from 'vitest'
import { manuals } from './catalogue.ts'
import { pageOf } from './page.ts'

const known = await manuals()

describe('the page of an operator', () => {
  it('says all that its doc comment says, its options, and what its kernel needs', () => {
    const page = pageOf(known.find(({ entry }) => entry.name === 'rsi')!)
    expect(page).toMatch(/^rsi {2}\(indicators, operators\/indicators\/rsi\.ts\)\n\nRelative strength index/)
    for (const part of [
      'Out       number, 0..100; 50 when nothing has moved, 100 without losses, 0 without gains',
      'Warm-up   the first output answers input 15 of rsi(14)',
      'Source    Wilder 1978',
      '  length: number\n    Averaging length',
      '// => [100, 50, 83.333333]',
    ])
      expect(page).toContain(part)
  })

  it('is no wider than a terminal, but for the code of the example', () => {
    for (const manual of known) {
      const [text = ''] = pageOf(manual).split('\n\nExample\n')
      expect(Math.max(...text.split('\n').map(line => line.length)), manual.entry.name).toBeLessThanOrEqual(110)
    }
  })
})
