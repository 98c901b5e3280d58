import { type DigestState, digestHex, digestState } from '../log/digest.ts'

/** What a run certifies of itself. A replay must give the same five, bit for bit. */
export interface Digests {
  /** Every row of the market that was stepped. */
  readonly input: string
  /** Every intent of the strategy. */
  readonly decisions: string
  /** Every order, and every update of one. */
  readonly orders: string
  readonly fills: string
  /** The state of the graph at the end. */
  readonly state: string
}

/** The task of a strategy on a partition: whose progress is committed, and whose outputs a run's log holds. */
export const taskOf = (strategy: string, partition: number): string => `${strategy}/${partition}`

/** The rolling digests of a run; the state is digested once, at the end. */
export interface Chains {
  readonly input: DigestState
  readonly decisions: DigestState
  readonly orders: DigestState
  readonly fills: DigestState
}

export const chains = (): Chains => ({
  input: digestState(),
  decisions: digestState(),
  orders: digestState(),
  fills: digestState(),
})

export const digestsOf = ({ input, decisions, orders, fills }: Chains, state: string): Digests => ({
  input: digestHex(input),
  decisions: digestHex(decisions),
  orders: digestHex(orders),
  fills: digestHex(fills),
  state,
})
