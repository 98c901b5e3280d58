/** Lets the first of equal lines out at once, and those that follow it together when its time is over. */
export interface Repeats {
  /** `tell` writes the line, with how many others it stands for. `now` in milliseconds. */
  pass(line: string, now: number, tell: (others: number) => void): void
  /** Tells what was kept back and whose time is over. */
  sweep(now: number): void
}

/** Equal lines within this time are one line and a count, milliseconds. */
export const REPEAT_MS = 10_000
/** Different lines that are remembered; beyond it the oldest is told before its time. */
const LINES_MAX = 1000

export const repeats = (): Repeats => {
  const kept = new Map<string, Kept>()
  const letOut = (line: string, { others, tell }: Kept): void => {
    kept.delete(line)
    if (others > 0) tell(others - 1)
  }
  const sweep = (now: number): void => {
    // The oldest stands first.
    for (const [line, one] of kept) {
      if (now < one.until) return
      letOut(line, one)
    }
  }
  return {
    pass(line, now, tell) {
      sweep(now)
      const known = kept.get(line)
      if (known) {
        known.others += 1
        known.tell = tell
        return
      }
      if (kept.size >= LINES_MAX) letOut(...kept.entries().next().value!)
      kept.set(line, { until: now + REPEAT_MS, others: 0, tell })
      tell(0)
    },
    sweep,
  }
}

interface Kept {
  readonly until: number
  others: number
  /** Of the last of them. */
  tell: (others: number) => void
}
