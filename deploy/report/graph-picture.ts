import type { Description } from '../../engine/flow/describe.ts'
import { escaped } from '../look/html.ts'
import { type Line, layersOf, type Place } from './graph-layers.ts'

const ROW = 54
const BOX = 28
const GAP = 18
const LETTER = 7
/** Room of a line that passes between boxes. */
const LANE = 14

/** The graph of a strategy from top to bottom: each node below all that it waits for. What is only heard is dashed. */
export const graphPicture = (description: Description): string => {
  const { name, nodes, edges, out } = description
  const texts = new Map(nodes.map(({ id, name }) => [id, name]))
  const { layers, lines } = layersOf([...edges, { from: out, to: 'topic:orders', type: 'flow' }])
  const textOf = (place: Place): string => texts.get(place.id) ?? place.id.replace(/^topic:/, '')
  const widthOf = (place: Place): number => (place.isLane ? LANE : textOf(place).length * LETTER + 22)
  const widths = layers.map(layer => layer.reduce((sum, place) => sum + widthOf(place) + GAP, -GAP))
  const width = Math.ceil(Math.max(...widths)) + 2
  const boxes = new Map<string, Box>()
  for (const [row, layer] of layers.entries()) {
    let x = (width - widths[row]!) / 2
    for (const place of layer) {
      boxes.set(place.id, { place, text: textOf(place), width: widthOf(place), x, y: row * ROW + 1 })
      x += widthOf(place) + GAP
    }
  }
  const height = (layers.length - 1) * ROW + BOX + 2
  const told = `The graph of ${name}: ${nodes.map(node => node.name).join(', ')}`
  return [
    `<svg class="graph" width="${width}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(told)}">`,
    ...lines.map(line => drawnLine(line, boxes)),
    ...Array.from(boxes.values(), box => (box.place.isLane ? '' : drawnBox(box))),
    '</svg>',
  ].join('\n')
}

interface Box {
  readonly place: Place
  readonly text: string
  readonly width: number
  readonly x: number
  readonly y: number
}

const middle = ({ x, width }: Box): number => Math.round(x + width / 2)

const drawnLine = ({ places, type, member }: Line, boxes: ReadonlyMap<string, Box>): string => {
  const [first, ...rest] = places.map(id => boxes.get(id)!)
  let [x, y] = [middle(first!), first!.y + BOX]
  const path = [`M${x} ${y}`]
  for (const box of rest) {
    const [endX, bend] = [middle(box), (box.y + y) / 2]
    path.push(`C${x} ${bend} ${endX} ${bend} ${endX} ${box.y}`)
    if (box.place.isLane) path.push(`V${box.y + BOX}`)
    ;[x, y] = [endX, box.y + BOX]
  }
  const label = member === undefined ? '' : memberText(first!, rest[0]!, member)
  return `<path class="edge${type === 'flow' ? '' : ' heard'}" d="${path.join('')}"/>${label}`
}

/** The name of a member stands where its line begins. */
const memberText = (from: Box, next: Box, member: string): string => {
  const isLeft = middle(next) < middle(from)
  const at = `x="${middle(from) + (isLeft ? -7 : 7)}" y="${from.y + BOX + 13}"`
  return `<text class="member" ${at} text-anchor="${isLeft ? 'end' : 'start'}">${escaped(member)}</text>`
}

const drawnBox = (box: Box): string => {
  const isTopic = box.place.id.startsWith('topic:')
  const size = `width="${box.width.toFixed(0)}" height="${BOX}" rx="${isTopic ? BOX / 2 : 5}"`
  const label = `<text x="${middle(box)}" y="${box.y + BOX / 2 + 4}" text-anchor="middle">${escaped(box.text)}</text>`
  return `<g class="${isTopic ? 'topic' : 'node'}"><rect x="${box.x.toFixed(0)}" y="${box.y}" ${size}/>${label}</g>`
}
