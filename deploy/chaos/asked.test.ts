import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { folders, millrace } from '../testing/millrace.ts'
import { askedIn } from './asked.ts'
import { faults } from './faults.ts'

const { make, remove } = folders()
afterAll(remove)

test('what is not said is as the help tells', () => {
  const usual = { minutes: 10, seed: 1, members: 2, kinds: Object.keys(faults), json: false, help: false }
  expect(askedIn([])).toEqual(usual)
  expect(askedIn(['--kills', '3'])).toEqual({ ...usual, kinds: ['engine killed'], times: 3 })
  const some = ['--minutes', '0.5', '--seed', '0', '--fault', 'answers lost', '--fault', 'broker killed']
  expect(askedIn(some)).toEqual({ ...usual, minutes: 0.5, seed: 0, kinds: ['answers lost', 'broker killed'] })
})

test.each([
  ['--kills abc', "--kills is a whole number of at least 1, found 'abc'"],
  ['--kills 0', "--kills is a whole number of at least 1, found '0'"],
  ['--minutes x', "--minutes is a number of at least 0, found 'x'"],
  ['--minutes=', "--minutes is a number of at least 0, found ''"],
  ['--minutes=-1', "--minutes is a number of at least 0, found '-1'"],
  ['--members 0', "--members is a whole number of at least 1, found '0'"],
  ['--members 1.5', "--members is a whole number of at least 1, found '1.5'"],
  ['--seed x', "--seed is a whole number of at least 0, found 'x'"],
  ['--fault fire', `--fault is one of ${Object.keys(faults).join(', ')}, found 'fire'`],
  ['--kills 3 --fault fire', '--kills is of engines alone, found --fault beside it'],
  ['--kill 3', "Unknown option '--kill'"],
])('%s is refused in one sentence', (args, sentence) => {
  const refused = expect.objectContaining({ code: 'CLI_FLAG', message: sentence })
  expect(() => askedIn(args.split(' '))).toThrow(refused)
})

test('what is refused ends with 2, and nothing has begun', async () => {
  const main = join(import.meta.dirname, 'main.ts')
  const { code, stdout, stderr } = await millrace(['--kills', 'abc'], { home: make(), main })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toBe("--kills is a whole number of at least 1, found 'abc'; npm run chaos -- --help tells more\n")
})
