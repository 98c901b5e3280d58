import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assignment, assign, type Standing } from './assignment.ts'

const newcomer = (member: string): Standing => ({ member, owned: [], generation: -1 })

/** As a group may stand: some partitions are owned, each by one member, perhaps unevenly. */
const groups = fc
  .record({ size: fc.integer({ min: 1, max: 6 }), count: fc.integer({ min: 0, max: 20 }) })
  .chain(({ size, count }) =>
    fc
      .array(fc.integer({ min: -1, max: size - 1 }), { minLength: count, maxLength: count })
      .map(owners => ({ members: Array.from({ length: size }, (_, n) => memberOf(owners, n)), count })),
  )

const memberOf = (owners: readonly number[], n: number): Standing => ({
  member: `member-${n}`,
  owned: [...owners.keys()].filter(partition => owners[partition] === n),
  generation: 3,
})

const sizes = ({ partitions }: Assignment): number[] => [...partitions.values()].map(({ length }) => length)

/** The next round, when each has let go of what it was not given. */
const nextOf = (assignment: Assignment, generation = 4): Standing[] =>
  [...assignment.partitions].map(([member, owned]) => ({ member, owned, generation }))

/** Fewest partitions that must move from their owner, whoever the odd ones go to. */
const fewestMoves = (members: readonly Standing[], count: number): number => {
  const least = Math.floor(count / members.length)
  const surplus = members.map(({ owned }) => Math.max(0, owned.length - least)).sort((a, b) => b - a)
  const odd = surplus.slice(0, count % members.length).filter(many => many > 0).length
  return surplus.reduce((sum, many) => sum + many, 0) - odd
}

describe('partitions are dealt out', () => {
  const check = (law: (group: { readonly members: Standing[]; readonly count: number }) => void): void =>
    fc.assert(
      fc.property(groups, group => void law(group)),
      { seed: 20_261_121, numRuns: 500 },
    )

  it('each to one member, or withheld for the next round', () => {
    check(({ members, count }) => {
      const { partitions, withheld } = assign(members, count)
      const all = [...partitions.values()].flat().concat(withheld)
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, partition) => partition))
      expect([...partitions.keys()].sort()).toEqual(members.map(({ member }) => member))
    })
  })

  it('to no member while another one has it', () => {
    check(({ members, count }) => {
      const { partitions } = assign(members, count)
      for (const { member, owned } of members)
        for (const [other, given] of partitions)
          if (other !== member) expect(given.filter(partition => owned.includes(partition))).toEqual([])
    })
  })

  it('evenly, in two rounds at the most; then nothing moves any more', () => {
    check(({ members, count }) => {
      const second = assign(nextOf(assign(members, count)), count)
      expect(second.withheld).toEqual([])
      expect(Math.max(...sizes(second)) - Math.min(...sizes(second))).toBeLessThanOrEqual(1)
      expect(assign(nextOf(second, 5), count)).toEqual(second)
    })
  })

  it('with the fewest moves', () => {
    check(({ members, count }) => expect(assign(members, count).withheld).toHaveLength(fewestMoves(members, count)))
  })

  it('the same in any order of members and of what they own', () => {
    check(({ members, count }) => {
      const turned = members.map(one => ({ ...one, owned: one.owned.toReversed() })).reverse()
      expect(assign(turned, count)).toEqual(assign(members, count))
    })
  })

  it('to who has had it later, when two say that it is theirs', () => {
    const members = [
      { member: 'a', owned: [0, 1], generation: 4 },
      { member: 'b', owned: [0, 1], generation: 5 },
    ]
    expect(assign(members, 2)).toEqual({
      partitions: new Map([
        ['b', [0]],
        ['a', []],
      ]),
      withheld: [1],
    })
  })

  it('to nobody, when there are more members than partitions', () => {
    expect(sizes(assign(['a', 'b', 'c'].map(newcomer), 2))).toEqual([1, 1, 0])
    expect(sizes(assign([newcomer('a')], 0))).toEqual([0])
  })

  it('as far as they are still there', () => {
    expect(assign([{ member: 'a', owned: [0, 7], generation: 1 }], 2).partitions).toEqual(new Map([['a', [0, 1]]]))
  })
})
