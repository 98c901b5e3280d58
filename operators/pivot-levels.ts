/** How levels are made from the range and the close of a window; see `pivotLevels`. */
export type PivotKind = 'standard' | 'fibonacci' | 'camarilla' | 'woodie'

/** Levels for what follows a window, quote currency: supports below the pivot, resistances above it. */
export interface PivotLevels {
  readonly s3: number
  readonly s2: number
  readonly s1: number
  readonly pivot: number
  readonly r1: number
  readonly r2: number
  readonly r3: number
}

/** What levels are made from. */
export interface PivotWindow {
  high: number
  low: number
  close: number
  /** Of the first bar behind the window. */
  open: number
}

export type PivotRecord = { -readonly [Level in keyof PivotLevels]: number }

export const noPivots = (): PivotRecord => ({ s3: 0, s2: 0, s1: 0, pivot: 0, r1: 0, r2: 0, r3: 0 })

/** Puts the levels of a window into `out`: all of them the same for a flat one. */
export const pivotLevels: Readonly<Record<PivotKind, (out: PivotRecord, window: PivotWindow) => void>> = {
  standard(out, { high, low, close }) {
    out.pivot = (high + low + close) / 3
    mirrored(out, high, low)
  },
  woodie(out, { high, low, open }) {
    out.pivot = (high + low + 2 * open) / 4
    mirrored(out, high, low)
  },
  fibonacci(out, { high, low, close }) {
    out.pivot = (high + low + close) / 3
    spread(out, out.pivot, high - low, [0.382, 0.618, 1])
  },
  camarilla(out, { high, low, close }) {
    out.pivot = close
    spread(out, close, high - low, [1.1 / 12, 1.1 / 6, 1.1 / 4])
  },
}

/** The extremes, mirrored at the pivot. */
const mirrored = (out: PivotRecord, high: number, low: number): void => {
  const { pivot } = out
  out.r1 = pivot + (pivot - low)
  out.s1 = pivot - (high - pivot)
  out.r2 = pivot + (high - low)
  out.s2 = pivot - (high - low)
  out.r3 = high + 2 * (pivot - low)
  out.s3 = low - 2 * (high - pivot)
}

/** Shares of the range, on both sides. */
const spread = (out: PivotRecord, middle: number, range: number, shares: readonly [number, number, number]): void => {
  const [first, second, third] = shares
  out.r1 = middle + first * range
  out.s1 = middle - first * range
  out.r2 = middle + second * range
  out.s2 = middle - second * range
  out.r3 = middle + third * range
  out.s3 = middle - third * range
}
