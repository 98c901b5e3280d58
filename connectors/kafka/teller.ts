import type { GroupOffset } from './transaction.ts'

/**
 * Tells a consumer group how far a task has come, for those who watch its lag: the commit log is what counts. Not with
 * every commit, that would cost half as much again; but always the last one of a run of commits.
 */
export interface Teller {
  /** Gives the offset back if it is time for it to go along with the commit; else it is told later. */
  along(offset: GroupOffset): GroupOffset | null
  later(offset: GroupOffset): void
  /** Tells what is left, now. */
  rest(): Promise<void>
}

/** Those who watch lag do not look more often. */
const TOLD_MS = 100

export const openTeller = (tell: (offset: GroupOffset) => Promise<void>): Teller => {
  let toldAt = Number.NEGATIVE_INFINITY
  let untold: GroupOffset | null = null
  let timer: NodeJS.Timeout | undefined
  const take = (): GroupOffset | null => {
    const offset = untold
    clearTimeout(timer)
    timer = undefined
    untold = null
    toldAt = performance.now()
    return offset
  }
  const rest = async (): Promise<void> => {
    const offset = take()
    if (offset !== null) await tell(offset)
  }
  const later = (offset: GroupOffset): void => {
    untold = offset
    timer ??= setTimeout(rest, TOLD_MS).unref()
  }
  return {
    along(offset) {
      if (performance.now() - toldAt < TOLD_MS) {
        later(offset)
        return null
      }
      take()
      return offset
    },
    later,
    rest,
  }
}
