/** What so many ticks took, from the warm-up to the end. */
export interface Rates {
  /** CPU time of the process, all threads, nanoseconds a tick. */
  readonly cpuNs: number
  readonly ticksPerSecond: number
}

/** Of all rows, so many hundredths make the machine code. */
const WARM_UP = 0.3

/** Measures a run that tells now and then how many rows it has done. */
export const measureRates = async (
  rows: number,
  run: (onRows: (done: number) => void) => Promise<void>,
): Promise<Rates> => {
  let [from, since] = [NaN, NaN]
  let before = process.cpuUsage()
  await run(done => {
    if (!Number.isNaN(from) || done < rows * WARM_UP) return
    from = done
    before = process.cpuUsage()
    since = performance.now()
  })
  const { user, system } = process.cpuUsage(before)
  const ms = performance.now() - since
  return { cpuNs: ((user + system) * 1000) / (rows - from), ticksPerSecond: ((rows - from) * 1000) / ms }
}
