import { describe, expect, it } from 'vitest'
import { parseKafka } from './config.ts'

describe('the address of a cluster', () => {
  it('says brokers, prefix, who we are and how we write', () => {
    const url = 'kafka://me:s%40fe@a:9092,b:9093/desk?sasl=scram-sha-512&tls=true&replication=3&client=x&rack=r1'
    expect(parseKafka(url)).toMatchObject({
      brokers: ['a:9092', 'b:9093'],
      prefix: 'desk',
      clientId: 'x',
      rack: 'r1',
      tls: {},
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 's@fe' },
      replication: 3,
      minInSync: 2,
      guarantee: 'exactly-once',
    })
  })

  it('has the usual for what is not said, and takes the password from elsewhere', () => {
    expect(parseKafka('kafka://a')).toMatchObject({ brokers: ['a:9092'], prefix: '', replication: 1, minInSync: 1 })
    expect(parseKafka('kafka://a')).not.toHaveProperty('sasl')
    expect(parseKafka('kafka://me@a', { password: 'secret' }).sasl).toEqual({
      mechanism: 'plain',
      username: 'me',
      password: 'secret',
    })
  })

  it.each([
    ['kafka:/a', 'is no address'],
    ['kafka://a:0', "names a broker 'a:0', expected is host:port"],
    ['kafka://a,b c', "names a broker 'b c', expected is host:port"],
    ['kafka://a/x/y', "has a prefix 'x/y', expected are A-Z a-z 0-9 . _ -"],
    ['kafka://a?tsl=true', "has a parameter 'tsl', known are client, rack, tls, ca, sasl"],
    ['kafka://a?sasl=md5', 'has sasl=md5, expected is one of plain, scram-sha-256, scram-sha-512'],
    ['kafka://me:100%@a', 'kafka://me@a has a % in its user or password that encodes nothing, write it as %25'],
    ['kafka://a?sasl=plain', 'has sasl=plain and names no user'],
    ['kafka://a?replication=0', 'has replication=0, expected is a whole number from 1 on'],
    ['kafka://a?guarantee=maybe', 'has guarantee=maybe, expected is one of exactly-once, at-least-once'],
    ['kafka://a?ca=/no/such/file', 'names certificates in /no/such/file, which cannot be read'],
  ])('%s is refused', (url, message) => {
    const refused = expect.objectContaining({ code: 'KAFKA_CONFIG', message: expect.stringContaining(message) })
    expect(() => parseKafka(url)).toThrow(refused)
  })

  it.each([
    ['pa:ss', 'pa:ss'],
    ['p@ss', 'p@ss'],
    ['pa/ss', 'pa/ss'],
    ['pa?ss', 'pa?ss'],
    ['pa%25ss', 'pa%ss'],
  ])('takes the password %s as it is, and never repeats it', (written, password) => {
    const { sasl, brokers, prefix } = parseKafka(`kafka://me:${written}@a:1/desk`)
    expect([sasl, brokers, prefix]).toEqual([{ mechanism: 'plain', username: 'me', password }, ['a:1'], 'desk'])
    expect(() => parseKafka(`kafka://me:${written}@a:1/desk?x=1`)).toThrow(/^kafka:\/\/me@a:1\/desk\?x=1 has/)
  })

  it('has a file of certificates by any name', () => {
    expect(() => parseKafka('kafka://a:1/desk?ca=/no/b@c')).toThrow('kafka://a:1/desk?ca=/no/b@c names certificates')
  })
})
