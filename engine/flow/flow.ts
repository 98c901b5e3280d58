import type { Observable } from 'rxjs'
import { assert } from '../assert.ts'
import type { Stamped, Topic } from '../market/topic.ts'
import type { AnyKernel } from './kernel.ts'
import type { Operator } from './lift.ts'

/** Where a flow begins: a topic of the mailbox, or the input of an enclosing `together`. */
export type Origin = Topic<Stamped> | Entry

/** The input of one `together`, compared by identity. */
export interface Entry {
  readonly type: 'entry'
}

/** One piece of a graph, as data. `id` is the node's name among its siblings. */
export type Part =
  | { readonly type: 'kernel'; readonly id: string; readonly kernel: AnyKernel }
  | { readonly type: 'together'; readonly id: string; readonly members: readonly Member[]; readonly on: string }
  | { readonly type: 'keyBy'; readonly id: string; readonly keyOf: (value: never) => string }
  | { readonly type: 'tap'; readonly id: string; readonly topic: string }
  | { readonly type: 'rx'; readonly id: string; readonly build: RxBuild }

export interface Member {
  readonly name: string
  readonly operators: readonly AnyOperator[]
}

export type AnyOperator = Operator<never, unknown>

export type RxBuild = (source: Observable<never>) => Observable<unknown>

/**
 * A stream while it is declared: where it begins and what it passes through. Immutable plain data; nothing runs.
 * A wrong connection is a compile error.
 */
export interface Flow<T> {
  readonly origin: Origin
  readonly operators: readonly AnyOperator[]
  /** Never set: carries the type of the values. */
  readonly value?: T
  pipe<A>(a: Operator<T, A>): Flow<A>
  pipe<A, B>(a: Operator<T, A>, b: Operator<A, B>): Flow<B>
  pipe<A, B, C>(a: Operator<T, A>, b: Operator<A, B>, c: Operator<B, C>): Flow<C>
  pipe<A, B, C, D>(a: Operator<T, A>, b: Operator<A, B>, c: Operator<B, C>, d: Operator<C, D>): Flow<D>
  pipe<A, B, C, D, E>(
    a: Operator<T, A>,
    b: Operator<A, B>,
    c: Operator<B, C>,
    d: Operator<C, D>,
    e: Operator<D, E>,
  ): Flow<E>
  pipe<A, B, C, D, E, F>(
    a: Operator<T, A>,
    b: Operator<A, B>,
    c: Operator<B, C>,
    d: Operator<C, D>,
    e: Operator<D, E>,
    f: Operator<E, F>,
  ): Flow<F>
  pipe<A, B, C, D, E, F, G>(
    a: Operator<T, A>,
    b: Operator<A, B>,
    c: Operator<B, C>,
    d: Operator<C, D>,
    e: Operator<D, E>,
    f: Operator<E, F>,
    g: Operator<F, G>,
  ): Flow<G>
  pipe<A, B, C, D, E, F, G, H>(
    a: Operator<T, A>,
    b: Operator<A, B>,
    c: Operator<B, C>,
    d: Operator<C, D>,
    e: Operator<D, E>,
    f: Operator<E, F>,
    g: Operator<F, G>,
    h: Operator<G, H>,
  ): Flow<H>
  /**
   * Any RxJS operators, as one opaque node: their state cannot be saved, so a graph with one refuses snapshots
   * (Defect FLOW_OPAQUE). RxJS time operators and schedulers are banned: time arrives as events.
   */
  rx<A>(id: string, build: (source: Observable<T>) => Observable<A>): Flow<A>
}

/** The flow of a topic's records. */
export const flowOf = <T extends Stamped>(topic: Topic<T>): Flow<T> => flow<T>(topic as Topic<Stamped>, [])

/** A flow that begins at `origin`. For the builder and for `together`; strategies get theirs from `reads`. */
export const flow = <T>(origin: Origin, operators: readonly AnyOperator[]): Flow<T> => ({
  origin,
  operators,
  pipe: (...more: readonly AnyOperator[]) => flow<never>(origin, [...operators, ...more]),
  rx: <A>(id: string, build: (source: Observable<T>) => Observable<A>) => {
    const part: Part = { type: 'rx', id: checkedId(id), build: build as RxBuild }
    const operator = Object.assign((source: Observable<T>) => build(source), { part }) as unknown as AnyOperator
    return flow<A>(origin, [...operators, operator])
  },
})

/** The same chain in plain RxJS. */
export const through = (source: Observable<unknown>, operators: readonly AnyOperator[]): Observable<unknown> =>
  operators.reduce((chain, operator) => operator(chain as Observable<never>), source)

/** Ids name nodes in snapshots, counters and pictures; '/' separates the levels of a graph. */
export const checkedId = (id: string): string => {
  assert(/^[A-Za-z][\w-]*$/.test(id), `a node id is letters, digits, '-' and '_', found '${id}'`)
  return id
}

/** The part of a name before its parameters: 'zScore(20)' gives 'zScore'. */
export const baseName = (name: string): string => name.split('(', 1)[0]!
