import { describe, expect, it } from 'vitest'
import { manuals } from './catalogue.ts'

const known = await manuals()
const manualOf = (name: string) => known.find(({ entry }) => entry.name === name)!

describe('the catalogue of operators', () => {
  it('has every operator once, and nothing is left unsaid', () => {
    expect(known.length).toBeGreaterThanOrEqual(140)
    expect(new Set(known.map(({ entry }) => entry.name)).size).toBe(known.length)
    for (const { entry, prose } of known)
      for (const [field, value] of Object.entries({ ...entry, prose }))
        expect(value, `${entry.name}: ${field}`).not.toBe('')
  })

  it('reads the contract block and asks the kernel, with the usual options', () => {
    expect(manualOf('adx').entry).toEqual({
      name: 'adx',
      subject: 'indicators',
      in: '{ high, low, close }, price, any unit',
      out: 'number, 0..100; a flat market adds a directional index of 0',
      unit: '0..100',
      warmup: 28,
      settle: 1028,
      source: expect.stringMatching(/^Wilder 1978, .* cancels\.$/),
    })
    expect(manualOf('adx').options).toEqual([
      { name: 'length', type: 'number', doc: expect.stringContaining('14 is the usual'), usual: 14 },
    ])
  })

  it('takes the options of the example where the usual ones do not go with them', () => {
    expect(manualOf('autocorrelation').kernel.name).toBe('autocorrelation(4, 1)')
    expect(manualOf('autocorrelation').inputs).toEqual([1, 2, 1, 3, 1])
  })

  it('a window is settled when it is full, a sum never', () => {
    expect(manualOf('sma').entry).toMatchObject({ settle: manualOf('sma').entry.warmup })
    expect(manualOf('onBalanceVolume').entry).toMatchObject({ settle: null })
  })
})
