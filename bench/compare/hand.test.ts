import { expect, it } from 'vitest'
import { floors, indicators } from './indicators.ts'
import { inputsOf, valuesOf, walkOf } from './series.ts'

const bars = walkOf({ seed: 22, count: 5_000 })

const withHand = [...floors, ...indicators].filter(({ entries }) => entries.hand)

it.each(withHand)('$name by hand gives the values of ours', ({ entries }) => {
  const { hand, millrace } = entries
  if (hand?.type !== 'loop' || millrace?.type !== 'stream') throw new TypeError('a loop and a step')
  const sum = valuesOf(millrace, bars).reduce<number>((all, value) => all + (value ?? 0), 0)
  expect(Math.abs(hand.sum(inputsOf(hand.read, bars)) / sum - 1)).toBeLessThan(1e-8)
})
