import { describe, expect, it } from 'vitest'
import type { Edge } from '../../engine/flow/describe.ts'
import { layersOf } from './graph-layers.ts'

const flow = (from: string, to: string): Edge => ({ from, to, type: 'flow' })
const idsOf = (edges: readonly Edge[]) => layersOf(edges).layers.map(layer => layer.map(({ id }) => id))

describe('the layers of a graph', () => {
  it('hold each node behind all that it waits for', () => {
    expect(idsOf([flow('a', 'b'), flow('b', 'c')])).toEqual([['a'], ['b'], ['c']])
  })

  it('have a lane for a line that passes by', () => {
    const { layers, lines } = layersOf([flow('a', 'b'), flow('b', 'c'), flow('a', 'c')])
    expect(layers[1]!.map(({ isLane }) => isLane)).toEqual([false, true])
    expect(lines[2]!.places).toEqual(['a', 'lane 2/0', 'c'])
  })

  it('put what is only heard right before who hears it', () => {
    const edges: Edge[] = [flow('a', 'b'), flow('b', 'c'), { from: 'fills', to: 'c', type: 'ear' }]
    expect(idsOf(edges)).toEqual([['a'], ['b', 'fills'], ['c']])
  })

  it('follow the places above, so that lines cross less', () => {
    const edges = [flow('a', 'l'), flow('a', 'r'), flow('r', 'below r'), flow('l', 'below l')]
    expect(idsOf(edges)).toEqual([['a'], ['l', 'r'], ['below l', 'below r']])
  })
})
