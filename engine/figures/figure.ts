/** What a figure counts. A share is of 1: 0.05 is 5 %. Money is of the account; days are trading days. */
export type Unit = 'count' | 'days' | 'microseconds' | 'money' | 'probability' | 'ratio' | 'share'

/** A number of a run, with what is needed to believe it. */
export interface Figure {
  readonly name: string
  /** Undefined where the figure does not exist: no trade, no loss, one day. Never 0 or Infinity in place of that. */
  readonly value: number | undefined
  readonly unit: Unit
  /** r are daily returns, f is the risk-free return of a day, N the trading days of a year, n what `n` says. */
  readonly formula: string
  /** How many observations it is of. */
  readonly n: number
}

/** What a division by nothing gives is no figure. */
export const figure = (about: Omit<Figure, 'value'>, value: number): Figure => ({
  ...about,
  value: Number.isFinite(value) ? value : undefined,
})
