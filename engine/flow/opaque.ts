import { Subject } from 'rxjs/internal/Subject'
import type { RxBuild } from './flow.ts'
import type { Expander } from './kernel.ts'

interface OpaqueState {
  readonly input: Subject<never>
  /** What the RxJS chain gave while one input was pushed through it; the drivers take it from here. */
  readonly given: unknown[]
  /** Why it ended: RxJS would throw it later, at nobody. */
  failure: unknown
}

/** A chain of RxJS operators as a node: pushed synchronously, one subscription per key. Its state cannot be saved. */
export const opaqueExpander = (id: string, build: RxBuild): Expander<unknown, unknown, unknown> => ({
  name: `rx(${id})`,
  warmup: 1,
  init() {
    const state: OpaqueState = { input: new Subject<never>(), given: [], failure: undefined }
    build(state.input).subscribe({
      next: value => state.given.push(value),
      error: failure => {
        state.failure = failure
      },
    })
    return state
  },
  step(state, input, emit) {
    const opaque = state as OpaqueState
    const { given } = opaque
    opaque.input.next(input as never)
    if (opaque.failure !== undefined) throw opaque.failure
    for (const value of given) if (!(value === undefined || Number.isNaN(value))) emit(value)
    given.length = 0
  },
})
