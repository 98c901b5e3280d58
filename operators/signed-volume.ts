/** What was traded, by who began. */
export interface SignedVolume {
  /** Bought less sold, base units. */
  readonly delta: number
  /** The same as a share of all that was traded, -1 to 1; 0 where nothing was. */
  readonly share: number
  /** The share of what came without a side and was signed by the tick rule, 0 to 1. */
  readonly unknown: number
}

export type Signed = { -readonly [name in keyof SignedVolume]: SignedVolume[name] }

export const signed = (): Signed => ({ delta: 0, share: 0, unknown: 0 })

/** Fills a record from the sums over some trades. */
export const fillSigned = (out: Signed, delta: number, traded: number, unknown: number): Signed => {
  out.delta = delta
  out.share = traded > 0 ? delta / traded : 0
  out.unknown = traded > 0 ? unknown / traded : 0
  return out
}
