import { expect, test } from 'vitest'
import { parseQuestdb } from './config.ts'

test('what is not said is as QuestDB comes', () => {
  expect(parseQuestdb('questdb://127.0.0.1')).toEqual({
    ...{ host: '127.0.0.1', http: 9000, pg: 8812, user: 'admin', password: 'quest', database: 'qdb' },
  })
})

test('all can be said; a password that is not in the address is handed in', () => {
  expect(parseQuestdb('questdb://me:p%40ss@db.local:19000/ticks?pg=18812')).toEqual({
    ...{ host: 'db.local', http: 19000, pg: 18812, user: 'me', password: 'p@ss', database: 'ticks' },
  })
  expect(parseQuestdb('questdb://me@db?http=1', { password: 'secret' })).toMatchObject({ http: 1, password: 'secret' })
  expect(parseQuestdb('questdb://me:own@db', { password: 'secret' }).password).toBe('own')
})

test.each([
  ['127.0.0.1:9000', '127.0.0.1:9000 is no address'],
  ['postgres://a:secret@b', 'postgres://a@b is no address'],
  ['questdb://', 'questdb:// names no host'],
  ['questdb://a:pa@ss@b?pg=0', "questdb://a@b?pg=0 has a port '0', expected is 1 to 65535"],
  ['questdb://a:pa/ss@b', 'questdb://a@b is no address'],
  ['questdb://a:100%@b', 'questdb://a@b has a % that encodes nothing, write it as %25'],
  ['questdb://a:secret@b?pg=0', "questdb://a@b?pg=0 has a port '0', expected is 1 to 65535"],
  ['questdb://b?pg=x', "questdb://b?pg=x has a port 'x', expected is 1 to 65535"],
  ['questdb://b:1?http=2', 'questdb://b:1?http=2 says the HTTP port twice'],
  ['questdb://b?ilp=9009', "questdb://b?ilp=9009 has a parameter 'ilp', known are http and pg"],
])('%s is refused, without its password', (url, message) => {
  expect(() => parseQuestdb(url)).toThrow(expect.objectContaining({ code: 'QUESTDB_URL', message }))
})
