import { Observable } from 'rxjs/internal/Observable'
import { Subject } from 'rxjs/internal/Subject'
import { assert } from '../assert.ts'
import { keep } from './driver.ts'
import { checkedId, type Entry, type Flow, flow, type Part, through } from './flow.ts'
import { isValue, type Operator } from './lift.ts'

/** The record of one lockstep: a value of each member. */
export type Together<Members> = { readonly [Name in keyof Members]: Members[Name] extends Flow<infer T> ? T : never }

/**
 * Values that must agree in time, composed inside one step: one record whenever the member `on` gives a value, each
 * other member as of that event. Nothing comes until every member has a value. The record is reused: copy what you
 * keep.
 *
 * `combineLatest` would give half-updated records here, one per member per event.
 */
export const together = <In, Members extends Readonly<Record<string, Flow<unknown>>>>(
  build: (input: Flow<In>) => Members,
  options: { readonly on: keyof Members & string },
): Operator<In, Together<Members>> => {
  const entry: Entry = { type: 'entry' }
  const built = build(flow<In>(entry, []))
  const members = Object.entries(built).map(([name, member]) => {
    assert(
      member.origin === entry,
      `together: member '${name}' must start from the input of together; join others with asOf`,
    )
    assert(/^[A-Za-z_]\w*$/.test(name), `together: a member's name is an identifier, found '${name}'`)
    return { name, operators: member.operators }
  })
  assert(
    members.some(member => member.name === options.on),
    `together: no member is called '${options.on}'`,
  )
  return named({ type: 'together', id: 'together', members, on: options.on }) as Operator<In, Together<Members>>
}

type TogetherPart = Extract<Part, { readonly type: 'together' }>

const named = (part: TogetherPart): Operator<unknown, unknown> =>
  Object.assign((source: Observable<unknown>) => lockstep(part, source), {
    part,
    as: (id: string) => named({ ...part, id: checkedId(id) }),
  }) as Operator<unknown, unknown>

/** The RxJS form: each member is a subject with its chain behind it; the member `on` is fed last. */
const lockstep = (part: TogetherPart, source: Observable<unknown>): Observable<unknown> =>
  new Observable(subscriber => {
    const latest: Record<string, unknown> = Object.fromEntries(part.members.map(member => [member.name, Number.NaN]))
    const inputs = [...part.members]
      .sort((a, b) => Number(a.name === part.on) - Number(b.name === part.on))
      .map(member => {
        const input = new Subject<unknown>()
        through(input, member.operators).subscribe({
          next(value) {
            // A kernel may go on filling the record that it gave.
            latest[member.name] = keep(latest[member.name], value)
            if (member.name === part.on && Object.values(latest).every(isValue)) subscriber.next({ ...latest })
          },
          error: error => subscriber.error(error),
        })
        return input
      })
    return source.subscribe({
      next: value => {
        for (const input of inputs) input.next(value)
      },
      error: error => subscriber.error(error),
      complete: () => subscriber.complete(),
    })
  })
