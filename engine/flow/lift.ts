import type { OperatorFunction } from 'rxjs'
import { Observable } from 'rxjs/internal/Observable'
import { createOperatorSubscriber } from 'rxjs/internal/operators/OperatorSubscriber'
import { assert } from '../assert.ts'
import type { Micros } from '../market/units.ts'
import { baseName, checkedId, type Part } from './flow.ts'
import { type AnyKernel, type Expander, isExpander, type Kernel } from './kernel.ts'

/** What flows are piped through: pipeable in plain RxJS, and readable as data by the pipeline builder. */
export interface Operator<In, Out> extends OperatorFunction<In, Out> {
  readonly part: Part
  /** The same operator under another node id: needed where two of a kind stand in one chain. */
  as(id: string): Operator<In, Out>
}

/** An operator made of one kernel: what `lift` gives. */
export interface Lifted<In, Out> extends Operator<In, Out> {
  readonly kernel: Kernel<unknown, In, Out> | Expander<unknown, In, Out>
  as(id: string): Lifted<In, Out>
}

/**
 * The one bridge from a kernel to RxJS and to the pipeline builder.
 *
 * In RxJS each subscription has a state of its own, and the kernel's ears hear nothing. Event time is the `at` of the
 * record that the first lifted operator of a chain was given; an expander that needs time and has none fails with a
 * Defect.
 *
 * @example
 * of(1, 2, 3, 4).pipe(sma({ length: 2 })) // 1.5, 2.5, 3.5
 */
export function lift<State, In, Out>(kernel: Kernel<State, In, Out>): Lifted<In, Out>
export function lift<State, In, Out>(kernel: Expander<State, In, Out>): Lifted<In, Out>
export function lift<In, Out>(kernel: unknown): Lifted<In, Out> {
  return liftAs(baseName((kernel as AnyKernel).name), kernel as AnyKernel) as Lifted<In, Out>
}

const liftAs = (id: string, kernel: AnyKernel): Lifted<unknown, unknown> => {
  const start = isExpander(kernel)
    ? expand(kernel as Expander<unknown, unknown, unknown>)
    : advance(kernel as PlainKernel)
  const operator = (source: Observable<unknown>) =>
    new Observable<unknown>(subscriber => {
      const next = start(value => subscriber.next(value))
      source.subscribe(createOperatorSubscriber(subscriber, next))
    })
  const part: Part = { type: 'kernel', id: checkedId(id), kernel }
  return Object.assign(operator, { part, kernel, as: (name: string) => liftAs(name, kernel) }) as Lifted<
    unknown,
    unknown
  >
}

type PlainKernel = Kernel<unknown, unknown, unknown>
type Emit = (value: unknown) => void

const advance = (kernel: PlainKernel) => (emit: Emit) => {
  const state = kernel.init()
  return (input: unknown): void => {
    const before = eventTime
    if (Number.isNaN(before)) eventTime = timeOf(input, before)
    try {
      const output = kernel.step(state, input)
      if (isValue(output)) emit(output)
    } finally {
      eventTime = before
    }
  }
}

const expand = (kernel: Expander<unknown, unknown, unknown>) => (emit: Emit) => {
  const state = kernel.init()
  const release = (output: unknown): void => {
    const now = eventTime
    if (kernel.heldSince) eventTime = timeOf(output, now)
    emit(output)
    eventTime = now
  }
  return (input: unknown): void => {
    const before = eventTime
    if (Number.isNaN(before)) eventTime = timeOf(input, before)
    try {
      if (kernel.tick) {
        assert(
          eventTime === eventTime,
          `${kernel.name} needs event time: pipe it behind an operator that reads records with 'at'`,
        )
        kernel.tick(state, eventTime as Micros, release)
      }
      kernel.step(state, input, release)
    } finally {
      eventTime = before
    }
  }
}

/** Event time of the value that is being delivered, while RxJS pushes it down: RxJS itself carries values only. */
let eventTime = Number.NaN

const timeOf = (value: unknown, otherwise: number): number => {
  const at = (value as { readonly at?: unknown } | null | undefined)?.at
  return typeof at === 'number' ? at : otherwise
}

/** "No value" is undefined, or NaN where values are numbers. */
export const isValue = (output: unknown): boolean => !(output === undefined || Number.isNaN(output))
