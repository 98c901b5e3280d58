import { checkedId, type Part } from './flow.ts'
import type { Operator } from './lift.ts'

/** Publishes each value under `name` beside the pipeline, without cutting it. In plain RxJS it lets values pass. */
export const tap = <T>(name: string): Operator<T, T> => tapAs<T>(checkedId(name), name)

const tapAs = <T>(id: string, topic: string): Operator<T, T> => {
  const part: Part = { type: 'tap', id, topic }
  return Object.assign((source: never) => source, {
    part,
    as: (other: string) => tapAs<T>(checkedId(other), topic),
  }) as unknown as Operator<T, T>
}
