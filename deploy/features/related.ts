import type { Manual } from './catalogue.ts'

const MOST = 6

/**
 * Other operators that a reader may want next: first those that its doc names or that name it, then those whose docs
 * have most rare words in common, of its own subject before others.
 */
export const relatedOf = (known: readonly Manual[]): ((manual: Manual) => readonly Manual[]) => {
  const words = new Map(known.map(manual => [manual, wordsOf(manual)]))
  const counts = new Map<string, number>()
  for (const set of words.values()) for (const word of set) counts.set(word, (counts.get(word) ?? 0) + 1)
  const named = new Map(known.map(manual => [manual, namedBy(manual)]))
  const common = (one: Manual, other: Manual): number => {
    let sum = 0
    for (const word of words.get(one)!)
      if (words.get(other)!.has(word)) sum += Math.log(known.length / counts.get(word)!)
    return sum
  }
  return manual => {
    const scored = known
      .filter(other => other !== manual)
      .map(other => {
        const isNamed = named.get(manual)!.has(other.entry.name) || named.get(other)!.has(manual.entry.name)
        const isNear = other.entry.subject === manual.entry.subject
        return { other, score: (isNamed ? 1000 : 0) + (isNear ? 8 : 0) + common(manual, other) }
      })
    return scored
      .sort((a, b) => b.score - a.score || (a.other.entry.name < b.other.entry.name ? -1 : 1))
      .slice(0, MOST)
      .map(({ other }) => other)
  }
}

const wordsOf = ({ prose, entry }: Manual): ReadonlySet<string> =>
  new Set(
    `${prose} ${entry.source} ${entry.name.replaceAll(/([A-Z])/g, ' $1')}`.toLowerCase().match(/[a-z]{4,}/g) ?? [],
  )

/** The names between backticks. */
const namedBy = ({ prose, contract, options }: Manual): ReadonlySet<string> => {
  const text = [prose, ...contract.values(), ...options.map(({ doc }) => doc)].join(' ')
  return new Set([...text.matchAll(/`(\w+)`|\{@link (\w+)\}/g)].map(([, name, link]) => name ?? link!))
}
