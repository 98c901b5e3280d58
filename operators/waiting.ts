/** Rows of numbers that wait, the oldest first, in one array that grows by doubling. */
export interface Waiting {
  rows: Float64Array
  /** Where the oldest row begins, and where the next one will. */
  start: number
  end: number
}

const ROWS = 16

export const waiting = (width: number): Waiting => ({ rows: new Float64Array(ROWS * width), start: 0, end: 0 })

/** Makes room for one row more and gives the place where it begins. */
export const enqueue = (queue: Waiting, width: number): number => {
  if (queue.end === queue.rows.length) makeRoom(queue)
  queue.end += width
  return queue.end - width
}

/** To the front when half of the array is free, else into one of twice the size. */
const makeRoom = (queue: Waiting): void => {
  const used = queue.end - queue.start
  if (2 * used <= queue.rows.length) queue.rows.copyWithin(0, queue.start, queue.end)
  else {
    const grown = new Float64Array(2 * queue.rows.length)
    grown.set(queue.rows.subarray(queue.start, queue.end))
    queue.rows = grown
  }
  queue.start = 0
  queue.end = used
}
