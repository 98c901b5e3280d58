import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Surroundings } from './config.ts'
import { count, duration, progressLine, rate, type Terminal, table, terminalOf } from './terminal.ts'

const around = (fields: Partial<Surroundings>): Surroundings => ({
  isWatched: false,
  hasColour: false,
  columns: 30,
  ...fields,
})

/** What a terminal writes, in order. */
const written = (fields: Partial<Surroundings>, use: (terminal: ReturnType<typeof terminalOf>) => void): string[] => {
  const texts: string[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation(text => texts.push(`${name}: ${text}`) > 0)
  }
  use(terminalOf(around(fields)))
  return texts
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a terminal', () => {
  it('prints results to stdout and tells people on stderr', () => {
    const texts = written({}, ({ print, say }) => {
      print('result')
      say('by the way')
    })
    expect(texts).toEqual(['stdout: result\n', 'stderr: by the way\n'])
  })

  it('draws progress only where somebody watches', () => {
    expect(written({}, ({ progress }) => progress(0.5, () => ['half']))).toEqual([])
  })

  it('redraws at most ten times a second, in one line, and wipes it before anything else', () => {
    const texts = written({ isWatched: true }, ({ progress, print }) => {
      for (let ms = 0; ms < 300; ms++) {
        progress(0.5, () => [`part ${ms / 100}`, 'of a line that is too long', '', 'end'])
        vi.advanceTimersByTime(1)
      }
      print('done')
    })
    const drawn = [0, 1, 2].map(part => `stderr: \r\x1b[K━━━━━─────  50 %  part ${part}  end`)
    expect(texts).toEqual([...drawn, 'stderr: \r\x1b[K', 'stdout: done\n'])
  })

  it('redraws how something stands where somebody watches; elsewhere it is a line now and then', () => {
    const stand = ({ status }: Terminal): void => {
      for (let i = 0; i < 1000; i++) status(() => ['12:30:05', `${i} rows`, 'and more than fits'])
    }
    expect(written({ isWatched: true }, stand)).toEqual(['stderr: \r\x1b[K12:30:05  0 rows  and more th'])
    expect(written({}, stand)).toEqual(['stderr: 12:30:05  0 rows  and more than fits\n'])
  })

  it('colours only where it may', () => {
    expect(terminalOf(around({})).style('red', 'no')).toBe('no')
    expect(terminalOf(around({ hasColour: true })).style('red', 'no')).toBe('\x1b[31mno\x1b[39m')
  })
})

describe('texts', () => {
  it('align numbers right and words left', () => {
    const rows = [
      ['a', '1,000'],
      ['bb', '2'],
    ]
    expect(table(['name', 'rows'], rows)).toBe('name   rows\n────  ─────\na     1,000\nbb        2')
  })

  it('leave the bar what the line has left', () => {
    expect(progressLine(0.5, ['one'], 20)).toBe('━━━━━────  50 %  one')
    expect(progressLine(1, ['one'], 12)).toBe('100 %  one')
    expect(progressLine(0, ['one', 'two'], 200)).toBe(`${'─'.repeat(24)}   0 %  one  two`)
  })

  it('say how much, how fast and how long', () => {
    expect([1_144_807, 2.6].map(count)).toEqual(['1,144,807', '3'])
    expect([12, 12_345, 4_123_456].map(rate)).toEqual(['12', '12 k', '4.1 M'])
    expect([0, 0.2, 89, 200, 5399].map(duration)).toEqual(['0 s', '1 s', '89 s', '3 min 20 s', '89 min 59 s'])
    expect([5400, 172_800, 273_599].map(duration)).toEqual(['1 h 30 min', '2 d 0 h', '3 d 3 h'])
  })
})
