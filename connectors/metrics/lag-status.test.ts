import { expect, it } from 'vitest'
import { type CommitSample, type LagStatus, lagStatus } from './lag-status.ts'

/** A commit each minute, as `offset+lag`. */
const history = (...commits: readonly string[]): CommitSample[] =>
  commits.map((commit, minute) => {
    const [offset, lag] = commit.split('+').map(Number)
    return { at: minute * 60, offset: offset!, lag: lag! }
  })

const rising = history('10+0', '20+5', '30+9', '40+12')

it.each<readonly [string, CommitSample[], number, number, LagStatus]>([
  ['has caught up', history('10+5', '20+9', '30+12'), 0, 130, 'ok'],
  ['had caught up within the window', rising, 14, 190, 'ok'],
  ['falls behind more slowly than it works', history('10+50', '20+60', '30+55', '40+70'), 80, 190, 'ok'],
  ['catches up', history('10+50', '20+40', '30+30'), 30, 130, 'ok'],
  ['moves on, and its lag never falls', history('10+5', '20+5', '30+9', '40+12'), 14, 190, 'warning'],
  ['moves on, and its lag stays', history('10+5', '20+5', '30+5'), 5, 130, 'warning'],
  ['commits the same offset again', history('10+5', '10+9', '10+12'), 14, 130, 'stall'],
  ['commits the same offset again, and nothing arrives', history('10+5', '10+5', '10+5'), 5, 130, 'stall'],
  ['is silent for as long as the window', rising, 14, 360, 'ok'],
  ['is silent for longer than the window', rising, 14, 361, 'stop'],
  ['was stopped before it caught up', history('10+5', '20+4', '30+3'), 14, 400, 'stop'],
  ['has stopped, and nothing has arrived since', history('10+5', '20+0'), 0, 9999, 'ok'],
  ['went back', history('10+5', '20+4', '5+20', '9+18'), 18, 190, 'rewind'],
  ['went back after it had caught up', history('10+0', '20+0', '0+20'), 20, 130, 'rewind'],
  ['went back and is silent', history('10+5', '20+4', '5+20'), 20, 999, 'stop'],
  ['has not committed', [], 9, 100, 'ok'],
  ['has committed once', history('10+5'), 9, 9999, 'ok'],
])('%s', (_name, ...told) => {
  const [commits, lag, now, status] = told
  expect(lagStatus(commits, lag, now)).toBe(status)
})
