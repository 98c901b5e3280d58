import { describe, expect, inject, it } from 'vitest'
import { hasCoordinators } from './coordinators.ts'

describe('the servers of a run of the tests', () => {
  it('is a broker at which groups and transactions can begin', async () => {
    expect(await hasCoordinators(Number(inject('kafka').split(':')[1]))).toBe(true)
  })

  it('is a database that answers', async () => {
    const { http } = inject('questdb')
    const answer = await fetch(`${http}/exec?query=select%2042`)
    expect(await answer.json()).toMatchObject({ dataset: [[42]] })
  })
})
