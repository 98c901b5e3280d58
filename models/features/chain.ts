import type { AnyOperator } from '../../engine/flow/flow.ts'
import { isExpander } from '../../engine/flow/kernel.ts'

/** The operators of a member, one behind the other. */
export interface Chain {
  /** With their parameters: 'rsi(14)'. */
  readonly operators: readonly string[]
  /** Inputs of the first until the last has a value; null where what comes out between them is no longer one each. */
  readonly warmup: number | null
  /** Inputs until the value no longer shows where the history began; null where it always will, or as above. */
  readonly settle: number | null
}

export const chainOf = (operators: readonly AnyOperator[]): Chain => {
  const links = operators.map(linkOf)
  return {
    operators: links.map(({ name }) => name),
    warmup: behind(links.map(({ warmup }) => warmup)),
    settle: behind(links.map(({ settle }) => settle)),
  }
}

/** Events that are enough for all of them; null when one of them cannot tell. */
export const enoughFor = (events: readonly (number | null)[]): number | null =>
  events.reduce((most, one) => (most === null || one === null ? null : Math.max(most, one)), 1)

/** The members that a feature is taken from: found by having it take a number from a record that takes note of it. */
export const readBy = (take: (members: never) => number): readonly string[] => {
  const read = new Set<string>()
  const one = (): number => 1
  const member = new Proxy({}, { get: (_, field) => (field === Symbol.toPrimitive ? one : 1) })
  const members = new Proxy(
    {},
    {
      get(_, name) {
        read.add(String(name))
        return member
      },
    },
  )
  take(members as never)
  return [...read].toSorted()
}

interface Link {
  readonly name: string
  readonly warmup: number | null
  readonly settle: number | null
}

const linkOf = ({ part }: AnyOperator): Link => {
  if (part.type !== 'kernel') return { name: part.id, warmup: null, settle: null }
  const { kernel } = part
  const { name, warmup, settle = warmup } = kernel
  if (isExpander(kernel)) return { name, warmup: null, settle: null }
  return { name, warmup, settle: Number.isFinite(settle) ? settle : null }
}

/** The last input that one needs is the first that the next one has. */
const behind = (inputs: readonly (number | null)[]): number | null =>
  inputs.reduce((sum, one) => (sum === null || one === null ? null : sum + one - 1), 1)
