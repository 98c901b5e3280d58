import type { Edge } from '../../engine/flow/describe.ts'

/** A node in its layer, or the lane of a line that passes through. */
export interface Place {
  readonly id: string
  readonly isLane: boolean
}

/** An edge, and the places that its line goes through, both ends among them. */
export interface Line extends Edge {
  readonly places: readonly string[]
}

/** Lays a graph out in layers: each node behind all that it waits for, and near to them. */
export const layersOf = (
  edges: readonly Edge[],
): { readonly layers: readonly (readonly Place[])[]; readonly lines: readonly Line[] } => {
  const depth = depthsOf(edges)
  const layers: Place[][] = Array.from({ length: Math.max(...depth.values()) + 1 }, () => [])
  for (const [id, layer] of depth) layers[layer]!.push({ id, isLane: false })
  const lines = edges.map((edge, i): Line => {
    const [first, last] = [depth.get(edge.from)!, depth.get(edge.to)!]
    const lanes = Array.from({ length: Math.max(0, last - first - 1) }, (_, step) => ({
      id: `lane ${i}/${step}`,
      isLane: true,
    }))
    for (const [step, lane] of lanes.entries()) layers[first + 1 + step]!.push(lane)
    return { ...edge, places: [edge.from, ...lanes.map(({ id }) => id), edge.to] }
  })
  return { layers: ordered(layers, lines), lines }
}

/** The longest way to each; a topic that is heard stands right before who hears it. */
const depthsOf = (edges: readonly Edge[]): ReadonlyMap<string, number> => {
  const depth = new Map<string, number>()
  const depthOf = (id: string): number => {
    const known = depth.get(id)
    if (known !== undefined) return known
    const before = edges.filter(({ to }) => to === id).map(({ from }) => depthOf(from) + 1)
    const found = Math.max(0, ...before)
    depth.set(id, found)
    return found
  }
  for (const { from, to } of edges) for (const id of [from, to]) depthOf(id)
  for (const { from, type } of edges) {
    if (type !== 'ear' || edges.some(({ to }) => to === from)) continue
    const heardBy = edges.filter(edge => edge.from === from).map(({ to }) => depth.get(to)!)
    depth.set(from, Math.max(0, Math.min(...heardBy) - 1))
  }
  return depth
}

/** Each layer by where its lines come from, as far as the layer above says. */
const ordered = (layers: readonly Place[][], lines: readonly Line[]): readonly (readonly Place[])[] => {
  const position = new Map<string, number>()
  const above = new Map<string, string[]>()
  for (const { places } of lines)
    for (const [i, id] of places.entries()) if (i > 0) above.set(id, [...(above.get(id) ?? []), places[i - 1]!])
  return layers.map(layer => {
    const wanted = layer.map((place, i) => {
      const known = (above.get(place.id) ?? []).flatMap(id => position.get(id) ?? [])
      return { place, at: known.length === 0 ? 2 + i : known.reduce((sum, at) => sum + at, 0) / known.length }
    })
    const sorted = wanted.sort((a, b) => a.at - b.at).map(({ place }) => place)
    for (const [i, { id }] of sorted.entries()) position.set(id, (i + 0.5) / sorted.length)
    return sorted
  })
}
