/** Numbers by chance that come again with the same seed. */
export interface Random {
  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number
  /** From `low` to `high`. */
  between(low: number, high: number): number
  pick<T>(from: readonly T[]): T
  shuffled<T>(deck: readonly T[]): T[]
}

/**
 * xorshift32 (Marsaglia, 2003).
 *
 * @example
 * randomOf(1).below(100) // => 6
 * randomOf(1).shuffled([1, 2, 3]).length // => 3
 */
export const randomOf = (seed: number): Random => {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    between: (low, high) => low + next() * (high - low),
    pick: from => from[below(from.length)]!,
    shuffled(deck) {
      const cards = [...deck]
      for (let n = cards.length - 1; n > 0; n--) {
        const other = below(n + 1)
        const [one, two] = [cards[n]!, cards[other]!]
        cards[n] = two
        cards[other] = one
      }
      return cards
    },
  }
}
