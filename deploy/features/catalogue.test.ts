import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manuals, OPERATORS } from './catalogue.ts'

const known = await manuals()
const manualOf = (name: string) => known.find(({ entry }) => entry.name === name)!

describe('the catalogue of operators', () => {
  it('has every operator once, and nothing is left unsaid', () => {
    const index = readFileSync(join(OPERATORS, 'index.ts'), 'utf8')
    expect(known.map(({ path }) => `export * from './${path}'`)).toEqual(index.trim().split('\n'))
    expect(new Set(known.map(({ entry }) => entry.name)).size).toBe(known.length)
    const keys = ['name', 'subject', 'in', 'out', 'unit', 'warmup', 'settle', 'source']
    for (const { entry } of known) expect(Object.keys(entry)).toEqual(keys)
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

  it('takes the unit of a record from the docs of its fields, here or where it is declared', () => {
    expect(manualOf('bollinger').entry.unit).toMatch(/^lower, middle, upper: unit of the input; percentB: 0 on the/)
    expect(manualOf('heikinAshi').entry.unit).toMatch(/^open, high, low, close: that of the input; volume: sum of/)
    expect(manualOf('doji').entry.unit).toBe('1 for a doji, else 0')
  })

  it('makes an operator with options of the caller, and refuses what its step refuses', async () => {
    expect((await manualOf('rsi').with({ length: 50 })).name).toBe('rsi(50)')
    expect((await manualOf('bollinger').with({ length: 9 })).name).toBe('bollinger(9, 2)')
    await expect(manualOf('rsi').with({ length: 0 })).rejects.toThrow('length')
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
