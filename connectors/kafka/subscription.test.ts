import { AssignerProtocol } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { decodeGiven, decodeSubscription, encodeGiven, encodeSubscription } from './subscription.ts'

describe('what members tell each other', () => {
  const subscription = { topics: ['quotes', 'tradés'], owned: [0, 3, 70_000], generation: 5 }
  const given = { partitions: [0, 3, 70_000], isMoreToCome: true }

  it.each([subscription, { topics: ['quotes'], owned: [], generation: -1 }])('comes back: %j', one => {
    expect(decodeSubscription(encodeSubscription(one))).toEqual(one)
  })

  it.each([given, { partitions: [], isMoreToCome: false }])('is given: %j', one => {
    expect(decodeGiven(encodeGiven(['quotes', 'trades'], one))).toEqual(one)
  })

  it('is nothing to who was told nothing', () => {
    expect(decodeGiven(Buffer.alloc(0))).toEqual({ partitions: [], isMoreToCome: false })
  })

  it('is in the format of all consumers', () => {
    const { MemberMetadata, MemberAssignment } = AssignerProtocol
    expect(MemberMetadata.decode(encodeSubscription(subscription))).toMatchObject({ topics: subscription.topics })
    expect(MemberAssignment.decode(encodeGiven(['quotes', 'trades'], given))).toMatchObject({
      assignment: { quotes: [0, 3, 70_000], trades: [0, 3, 70_000] },
    })
  })
})
