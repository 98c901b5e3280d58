/** How far the close is above a level of prices, as a share of the close: what a level tells a model. */
export const aboveLevel = (close: number, level: number): number => (close - level) / close

/** A way of prices in average true ranges. On a market that has never moved it is 0, as the way is. */
export const inRanges = (way: number, averageTrueRange: number): number =>
  averageTrueRange > 0 ? way / averageTrueRange : 0
