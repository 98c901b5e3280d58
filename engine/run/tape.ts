import type { Log } from '../log/port.ts'

/** A recorded topic partition, as input of a run. */
export interface Tape {
  readonly log: Log
  readonly topic: string
  readonly partition: number
}
