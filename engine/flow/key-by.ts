import { Observable } from 'rxjs/internal/Observable'
import { checkedId, type Part } from './flow.ts'
import type { Operator } from './lift.ts'

/**
 * Gives what follows a state per key of the value instead of per key of the event. Outputs carry the new key.
 *
 * In plain RxJS nothing is grouped: values pass, so group with RxJS there.
 *
 * Fails  Defect ASSERT when `keyOf` gives anything but a string
 */
export const keyBy = <T>(keyOf: (value: T) => string): Operator<T, T> => keyByAs('keyBy', keyOf)

const keyByAs = <T>(id: string, keyOf: (value: T) => string): Operator<T, T> => {
  const part: Part = { type: 'keyBy', id: checkedId(id), keyOf: keyOf as (value: never) => string }
  const pass = (source: Observable<T>) => new Observable<T>(subscriber => source.subscribe(subscriber))
  return Object.assign(pass, { part, as: (other: string) => keyByAs(other, keyOf) }) as Operator<T, T>
}
