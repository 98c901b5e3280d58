import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isMillraceError } from '../errors.ts'
import { decodeState, encodeState, fill } from './state.ts'

const again = (value: unknown): unknown => decodeState(encodeState(value))

/** Plain data of every kind, a few levels deep. */
const plain: fc.Arbitrary<unknown> = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.double(),
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.float64Array(),
    fc.uint8Array(),
    fc.int16Array(),
    fc.array(tie('value')),
    fc.array(fc.tuple(tie('value'), tie('value'))).map(entries => new Map(entries)),
    fc.dictionary(
      fc.string().filter(name => name !== '__proto__'),
      tie('value'),
      { noNullPrototype: true },
    ),
  ),
})).value

describe('the bytes of a state', () => {
  it('give the state back, whatever plain data it is', () => {
    fc.assert(
      fc.property(plain, value => {
        expect(again(value)).toEqual(value)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('may be a view into memory that others use', () => {
    const bytes = encodeState({ x: Float64Array.of(1, 2), y: Uint8Array.of(3) })
    const shared = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(5)])
    const state = decodeState(shared.subarray(3, 3 + bytes.length))
    shared.fill(255)
    expect(state).toEqual({ x: Float64Array.of(1, 2), y: Uint8Array.of(3) })
  })

  it('are the same for the same state, and keep NaN and -0 apart from others', () => {
    const state = () => ({ x: -0, y: Number.NaN, z: Float64Array.of(-0, Number.NaN, 1) })
    expect(encodeState(state())).toEqual(encodeState(state()))
    expect(encodeState(0)).not.toEqual(encodeState(-0))
    expect(Object.is((again({ x: -0 }) as { x: number }).x, -0)).toBe(true)
  })

  it('decode to a value or to FLOW_STATE_BYTES, whatever they are', () => {
    const decodes = (bytes: Uint8Array): void => {
      try {
        decodeState(bytes)
      } catch (error) {
        if (!isMillraceError(error) || error.code !== 'FLOW_STATE_BYTES') throw error
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), decodes), { seed: 2, numRuns: 5_000 })
    const flipped = fc.property(plain, fc.nat(), fc.nat(255), (value, at, byte) => {
      const bytes = encodeState(value)
      bytes[at % bytes.length] = byte
      decodes(bytes)
    })
    fc.assert(flipped, { seed: 3, numRuns: 2_000 })
  })

  it('are refused where they could not be read again: deeper than 64', () => {
    const nested = (levels: number): unknown => (levels === 0 ? Float64Array.of(1) : [nested(levels - 1)])
    expect(again(nested(64))).toEqual(nested(64))
    expect(() => encodeState(nested(65))).toThrow(
      expect.objectContaining({ code: 'FLOW_STATE_BYTES', message: expect.stringContaining('nested deeper than 64') }),
    )
  })

  it('say where they are broken', () => {
    const bytes = encodeState({ mean: 1.5 })
    const broken = (bytes: Uint8Array) => () => decodeState(bytes)
    expect(broken(bytes.slice(0, 12))).toThrow('not a saved state at byte')
    expect(broken(Uint8Array.of(99))).toThrow('not a saved state at byte 1 of 1: unknown tag 99')
    expect(broken(Uint8Array.of(1, 1))).toThrow('1 bytes are left over')
    expect(broken(Uint8Array.of(6, 255, 255, 255, 255))).toThrow('a length of 4294967295 runs past the end')
    const deep = new Uint8Array(5 * 70).map((_, i) => (i % 5 === 0 ? 6 : i % 5 === 1 ? 1 : 0))
    expect(broken(deep)).toThrow('nested deeper than 64')
  })

  it('are refused for what is no plain data', () => {
    for (const value of [
      () => 1,
      5n,
      Symbol('s'),
      new Set([1]),
      new Date(0),
      /x/,
      Promise.resolve(),
      new DataView(new ArrayBuffer(1)),
    ])
      expect(() => encodeState({ value })).toThrow(expect.objectContaining({ code: 'ASSERT', family: 'defect' }))
  })
})

describe('fill', () => {
  it('puts values into the records and arrays that are there', () => {
    const fresh = { ring: new Float64Array(2), inner: { sum: 0 }, list: [] as number[], maybe: null }
    const saved = { ring: Float64Array.of(1, 2), inner: { sum: 3 }, list: [4], maybe: { x: 1 } }
    const filled = fill(fresh, saved) as typeof fresh
    expect(filled).toEqual(saved)
    expect([filled === fresh, filled.ring === fresh.ring, filled.inner === fresh.inner]).toEqual([true, true, true])
    expect([filled.list === saved.list, filled.maybe === (saved.maybe as unknown)]).toEqual([false, false])
  })

  it('takes what does not fit as it was saved', () => {
    expect(fill({ ring: new Float64Array(2) }, { ring: Float64Array.of(1, 2, 3) })).toEqual({
      ring: Float64Array.of(1, 2, 3),
    })
  })
})
