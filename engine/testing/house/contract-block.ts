import { finding, isTest, type Rule } from './source.ts'

const keys = ['In', 'Out', 'Emits', 'State', 'Late', 'Fails', 'Source']
const needed = ['In', 'Out', 'Emits', 'State', 'Source']

/** The doc comment of an operator is its manual: the contract block in its order, and an example that runs. */
export const contractBlocks: Rule = house =>
  house.sources
    .filter(({ path }) => /^operators\/[^/]+\//.test(path) && !isTest(path))
    .flatMap(source => {
      const block = source.comments.find(
        comment => comment.value.startsWith('*') && keysOf(comment.value).includes('Emits'),
      )
      if (!block) return [finding(source, 0, 'no contract block', `a doc comment with ${keys.join(', ')} and @example`)]
      return faultsOf(block.value).map(([found, instead]) => finding(source, block.start, found, instead))
    })

const faultsOf = (block: string): (readonly [found: string, instead: string])[] => {
  const found = keysOf(block)
  const missing = needed.filter(key => !found.includes(key))
  const ordered = keys.filter(key => found.includes(key))
  const faults: (readonly [string, string])[] = missing.map(key => [`no ${key} in the contract block`, 'say it'])
  if (found.join() !== ordered.join()) faults.push([`${found.join(', ')}`, `the order is ${ordered.join(', ')}`])
  if (!/@example[\s\S]*\/\/ =>/.test(block)) faults.push(['no example', 'add @example with `// =>`'])
  return faults
}

const keysOf = (block: string): string[] =>
  [...block.matchAll(/^ \* (\w+) {2,}\S/gm)].map(match => match[1]!).filter(key => keys.includes(key))
