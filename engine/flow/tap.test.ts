import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { keyBy } from './key-by.ts'
import { tap } from './tap.ts'

describe('in plain RxJS', () => {
  it('tap and keyBy let values pass', () => {
    const values: number[] = []
    of(1, 2)
      .pipe(
        tap('seen'),
        keyBy(x => `${x}`),
        tap<number>('seen').as('again'),
        keyBy<number>(x => `${x}`).as('anew'),
      )
      .subscribe(value => values.push(value))
    expect(values).toEqual([1, 2])
  })

  it('a tap is named as a node is', () => {
    expect(() => tap('a b')).toThrow("a node id is letters, digits, '-' and '_', found 'a b'")
    expect(tap('seen').as('again').part).toEqual({ type: 'tap', id: 'again', topic: 'seen' })
  })
})
