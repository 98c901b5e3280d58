import { describe, expect, it } from 'vitest'
import { textAt } from './decimal.ts'
import { MAX_FIELDS, newFields, pieceOf, scanLine } from './scan.ts'

const scan = (text: string, delimiter = ','): string[][] => {
  const piece = pieceOf(Buffer.from(text, 'latin1'))
  const fields = newFields()
  const lines: string[][] = []
  for (let from = 0; from < piece.bytes.length; ) {
    from = scanLine(piece, from, delimiter.charCodeAt(0), fields)
    lines.push(Array.from({ length: fields.count }, (_, place) => textAt(piece.bytes, fields, place)))
  }
  return lines
}

describe('scanLine', () => {
  it.each([
    [
      'plain',
      '1,2.5,x\n3,4,y\n',
      ',',
      [
        ['1', '2.5', 'x'],
        ['3', '4', 'y'],
      ],
    ],
    [
      'CRLF',
      '1,2\r\n3,4\r\n',
      ',',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'empty fields',
      ',\n,,\n',
      ',',
      [
        ['', ''],
        ['', '', ''],
      ],
    ],
    ['a blank line', '\n1\n\r\n', ',', [[''], ['1'], ['']]],
    ['semicolons', '1;2,5\n', ';', [['1', '2,5']]],
    ['tabs', '1\t2\n', '\t', [['1', '2']]],
    ['text that begins with digits', '2014-05-01,12x,1.2.3\n', ',', [['2014-05-01', '12x', '1.2.3']]],
    [
      'quotes',
      '"1","2",3\r\n4,"5"\n',
      ',',
      [
        ['1', '2', '3'],
        ['4', '5'],
      ],
    ],
    ['a delimiter in quotes', '1,"a,b",2\n', ',', [['1', 'a,b', '2']]],
    ['a quote in quotes', '"a""b",2\n', ',', [['a""b', '2']]],
    [
      'a quote that never ends',
      '1,"2,3\n4,5\n',
      ',',
      [
        ['1', '2,3'],
        ['4', '5'],
      ],
    ],
    ['a quote inside a field', '1,2"3,4\n', ',', [['1', '2"3', '4']]],
    ['an empty quoted field at the end', '1,""\n', ',', [['1', '']]],
    ['an empty field behind a quoted one', '"1",\n', ',', [['1', '']]],
  ])('%s', (_, text, delimiter, lines) => {
    expect(scan(text, delimiter)).toEqual(lines)
  })

  it('reads the numbers on the way, and says NaN where there is none', () => {
    const fields = newFields()
    scanLine(
      pieceOf(Buffer.from('1398902401787,1398902401787123,"1.38727",.5,2.,-1,x,,.,9007199254740992,0001\r\n')),
      0,
      44,
      fields,
    )
    expect([...fields.numbers.subarray(0, fields.count)]).toEqual([
      1398902401787,
      1398902401787123,
      1.38727,
      0.5,
      2,
      ...Array<number>(5).fill(NaN),
      1,
    ])
  })

  it('counts fields beyond the most it keeps', () => {
    const fields = newFields()
    scanLine(pieceOf(Buffer.from(`${'1,'.repeat(MAX_FIELDS + 3)}2\n`)), 0, 44, fields)
    expect(fields.count).toBe(MAX_FIELDS + 4)
  })
})
