import { concat, NEVER, of, range, Subject, take, throwError } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { close } from '../../operators/bars/close.ts'
import { timeBars } from '../../operators/bars/time-bars.ts'
import { mid } from '../../operators/book/mid.ts'
import { debounce } from '../../operators/hygiene/debounce.ts'
import { sma } from '../../operators/indicators/sma.ts'
import { quote } from '../market/quote.ts'
import type { Micros } from '../market/units.ts'
import type { Expander } from './kernel.ts'
import { lift } from './lift.ts'
import { map } from './map.ts'

const marbles = (check: (helpers: Parameters<Parameters<TestScheduler['run']>[0]>[0]) => void): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(check)

const values = { 1: 1, 2: 2, 3: 3, 4: 4 }
const means = { a: 1.5, b: 2.5, c: 3.5 }
const mean = () => sma({ length: 2 })

/** Gives each number as often as it says. */
const repeat: Expander<null, number, number> = {
  name: 'repeat',
  warmup: 1,
  init: () => null,
  step(_state, input, emit) {
    for (let i = 0; i < input; i++) emit(input)
  },
}

const fussy = map<number, number>('fussy', x => {
  if (x === 3) throw new Error('not three')
  return x
})

describe('a lifted operator in plain RxJS', () => {
  it.each([
    ['many', '  -1-2-3-4-|', '---a-b-c-|'],
    ['one', '   -1-|      ', '---|      '],
    ['empty', ' |         ', '|         '],
    ['never', ' -         ', '-         '],
    ['error', ' -1-2-#   ', '---a-#   '],
    ['at once', '(12|)     ', '(a|)     '],
  ])('answers as its source comes: %s', (_name, source, expected) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(source.trim(), values).pipe(mean())).toBe(expected.trim(), means)
    })
  })

  it('lets go of its source when nobody listens any more', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-1-2-3-4-', values)
      expectObservable(source.pipe(mean()), '^----!').toBe('---a-', means)
      expectSubscriptions(source.subscriptions).toBe('^----!')
    })
  })

  it('ends with the error that its step throws, and lets go of its source', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-1-2-3-4-', values)
      expectObservable(source.pipe(fussy)).toBe('-1-2-#', values, new Error('not three'))
      expectSubscriptions(source.subscriptions).toBe('^----!')
    })
  })

  it('starts anew for each that listens', () => {
    const source = of(1, 2, 3).pipe(mean())
    const heard: number[][] = [[], []]
    for (const list of heard) source.subscribe(value => list.push(value))
    expect(heard).toEqual([
      [1.5, 2.5],
      [1.5, 2.5],
    ])
  })

  it('stops a source that answers at once, as soon as enough was taken', () => {
    const stepped: number[] = []
    const watched = map('watched', (x: number) => {
      stepped.push(x)
      return x
    })
    range(1, 1000).pipe(watched, mean(), take(2)).subscribe()
    expect(stepped).toEqual([1, 2, 3])
  })

  it('stops in the middle of what an expander emits', () => {
    const taken: number[] = []
    concat(of(3), NEVER)
      .pipe(lift(repeat), take(2))
      .subscribe(value => taken.push(value))
    expect(taken).toEqual([3, 3])
  })

  it('passes an error of its source on', () => {
    const errors: unknown[] = []
    throwError(() => 'gone')
      .pipe(map('same', (x: number) => x))
      .subscribe({ error: error => errors.push(error) })
    expect(errors).toEqual(['gone'])
  })
})

describe('event time in plain RxJS', () => {
  const quotes = (...times: readonly number[]) => of(...times.map(at => quote({ at, bid: at + 1, ask: at + 1 })))
  const span = () => timeBars({ spanMs: 1 })

  it('comes from the records at the start of the chain', () => {
    const closes: number[] = []
    quotes(0, 500, 1000, 2000)
      .pipe(mid(), span(), close())
      .subscribe(value => closes.push(value))
    expect(closes).toEqual([501, 1001])
  })

  it('is that of the row for what a row closes: a bar is no event of its own', () => {
    const starts: number[] = []
    quotes(0, 1500, 3500, 9000)
      .pipe(mid(), span(), close(), span())
      .subscribe(bar => starts.push(bar.start))
    // The bar of [0, 1000) is closed by the row at 1500, and so counts for [1000, 2000).
    expect(starts).toEqual([1000, 3000])
  })

  it('is that of the record for what was held back', () => {
    const starts: number[] = []
    quotes(900, 20_000, 40_000)
      .pipe(debounce({ quietMs: 1 }), mid(), span())
      .subscribe(bar => starts.push(bar.start))
    expect(starts).toEqual([0])
  })

  it('is asked for: an expander that needs it fails where there is none', () => {
    const errors: unknown[] = []
    of(1, 2)
      .pipe(span())
      .subscribe({ error: error => errors.push(error) })
    expect(errors).toMatchObject([{ code: 'ASSERT', message: expect.stringContaining('needs event time') }])
  })

  it('is forgotten between two events', () => {
    const errors: unknown[] = []
    const records = new Subject<{ at: Micros }>()
    const numbers = new Subject<number>()
    records.pipe(map('at', ({ at }) => at)).subscribe()
    numbers.pipe(span()).subscribe({ error: error => errors.push(error) })
    records.next({ at: 5 as Micros })
    numbers.next(5)
    expect(errors).toHaveLength(1)
  })
})
