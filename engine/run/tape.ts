import type { LogSource } from '../log/port.ts'

/** A recorded topic partition, as input of a run. */
export interface Tape {
  readonly log: LogSource
  readonly topic: string
  readonly partition: number
}
