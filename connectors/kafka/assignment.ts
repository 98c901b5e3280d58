/** A member of a group as it stands when partitions are dealt out. */
export interface Standing {
  readonly member: string
  /** What it works on, and must not be given to another one before it has let go. */
  readonly owned: readonly number[]
  /** The generation of the group that gave it that. */
  readonly generation: number
}

export interface Assignment {
  /** What each member works on from now on. */
  readonly partitions: ReadonlyMap<string, readonly number[]>
  /** Whose they are to be once the member before has let go of them: dealt out in the next round. */
  readonly withheld: readonly number[]
}

/**
 * Deals out the partitions 0 to `count` - 1: each to one member, and that number of each topic. Nobody has two more
 * than another; of all ways to that, it is one that moves the fewest. The order of the members does not matter.
 *
 * What moves from a living member is withheld from the next one for a round, so that no partition is worked on twice.
 *
 * @example
 * const [a, b] = [{ member: 'a', owned: [0, 1, 2, 3], generation: 7 }, { member: 'b', owned: [], generation: -1 }]
 * assign([a, b], 4).partitions.get('a') // => [0, 1]
 * assign([a, b], 4).withheld // => [2, 3]
 * assign([{ ...a, owned: [0, 1] }, b], 4).partitions.get('b') // => [2, 3]
 */
export const assign = (members: readonly Standing[], count: number): Assignment => {
  const owners = ownersOf(members, count)
  const owned = Map.groupBy([...owners.keys()].sort(ascending), partition => owners.get(partition)!)
  const many = (member: string): number => owned.get(member)?.length ?? 0
  // Who owns most keeps the odd one: that is what moves the fewest.
  const ranked = names(members).sort((a, b) => many(b) - many(a))
  const quota = (rank: number): number => Math.floor((count + ranked.length - 1 - rank) / ranked.length)
  const shares = ranked.map((member, rank) => (owned.get(member) ?? []).slice(0, quota(rank)))
  const kept = new Set(shares.flat())
  const free = Array.from({ length: count }, (_, partition) => partition).filter(partition => !kept.has(partition))
  for (const [rank, share] of shares.entries()) share.push(...free.splice(0, quota(rank) - share.length))
  const waits = (member: string, partition: number): boolean => (owners.get(partition) ?? member) !== member
  const now = (rank: number): readonly number[] => shares[rank]!.filter(partition => !waits(ranked[rank]!, partition))
  return {
    partitions: new Map(ranked.map((member, rank) => [member, now(rank).toSorted(ascending)])),
    withheld: shares.flatMap((share, rank) => share.filter(one => waits(ranked[rank]!, one))).sort(ascending),
  }
}

/** Who owns each partition. Of two that say so, the later generation knows better. */
const ownersOf = (members: readonly Standing[], count: number): ReadonlyMap<number, string> => {
  const known = members.toSorted((a, b) => a.generation - b.generation || (a.member < b.member ? 1 : -1))
  const claims = known.flatMap(({ member, owned }) => owned.map(partition => [partition, member] as const))
  return new Map(claims.filter(([partition]) => partition < count))
}

const names = (members: readonly Standing[]): string[] => members.map(({ member }) => member).sort()

const ascending = (a: number, b: number): number => a - b
