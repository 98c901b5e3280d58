import { setFlagsFromString } from 'node:v8'
import { type Driver, type DriverPorts, keep, linksOf } from './driver.ts'
import { layout } from './layout.ts'
import type { Branch, Link, Plan } from './plan.ts'

// A chain is fast when V8 inlines all of it into the row loop: a call that is not inlined boxes its numbers, 16 bytes each.
// V8's limits for one loop (920 bytes of bytecode) and for one callee (460; the body of an `emit` is one) hold two or three
// indicators. Measured on W2, 100 keys, as time of the hand-written loop: 2.0 with V8's own limits, 1.4 to 1.55 with 3000
// and 460 as the race of compiler and warm-up has it, 1.34 with 5000 and 1000 in each run; more changes nothing.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000')
setFlagsFromString('--max-inlined-bytecode-size=1000')

/**
 * Runs a plan by one function generated for it: a few lines of text per node, operators stay ordinary functions.
 *
 * Three rules make it as fast as a loop written by hand: the graph's id stands in the text, because V8 keeps type feedback
 * by source text; numbers say "no value" with NaN and stay unboxed; the state of one key is one record, a field per node.
 *
 * ```text
 * function row(s0, v0) {                      // s0: state of the key; v0: the record; T[0]: event time
 *   T[0] = v0.at
 *   L1: {
 *     const v2 = step0(s0.n0, v0)
 *     if (v2 === undefined || v2 !== v2) { C[0]++; break L1 }
 *     ...
 * ```
 */
export const fuse = (plan: Plan, ports: DriverPorts, graphId: number): Driver => {
  const links = linksOf(plan)
  const parts = {
    inits: plan.nodes.map(node => node.init),
    steps: byNode(links, link => ('kernel' in link ? link.kernel.step : undefined)),
    ticks: byNode(links, link => (link.type === 'expander' ? link.kernel.tick : undefined)),
    helds: byNode(links, link => (link.type === 'expander' ? link.kernel.heldSince : undefined)),
    keyOfs: byNode(links, link => (link.type === 'keyBy' ? link.keyOf : undefined)),
    hears: plan.ears.map(ear => ear.hear),
  }
  return new Function('$', textOf(plan, links, graphId))({ ...ports, ...parts, keep, layout }) as Driver
}

const byNode = <T>(links: readonly Link[], pick: (link: Link) => T): Record<number, T> =>
  Object.fromEntries(links.map(link => [link.node.index, pick(link)]))

/** The text of a driver, readable: print it with `graph --source`. */
export const textOf = (plan: Plan, links: readonly Link[], graphId: number): string => {
  const writer: Writer = { functions: [], emitting: links.some(link => link.type === 'expander'), serial: 0 }
  const main = block(writer, plan.links, 'v', (value, segment) => `out(${value}, s${segment}.key)`)
  const ears = plan.ears.map((ear, index) => earText(writer, ear.links, ear.node.segment, ear.node.index, index))
  const segments = Array.from({ length: plan.segments }, (_, segment) => segment)
  return `"use strict" // graph ${graphId}: ${plan.name}
const { out, tap, keep, layout, stops, emits, time: T, cursor, segments, open } = $
${constants(plan, links)}
${segments.map(segment => `var S${segment} = null`).join('\n')}
${writer.functions.join('\n')}
function row(s0, v) { // graph ${graphId}
  T[0] = v.at
  ${remember(writer, 0)}
  ${main}
}
${segments.map(segment => makeText(plan, segment)).join('\n')}
const makes = [${segments.map(segment => `make${segment}`).join(', ')}]
${segments.map(segment => advanceText(plan, segment)).join('\n')}
const advances = [${segments.map(segment => `advance${segment}`).join(', ')}]
const ears = [${ears.join(', ')}]
${driveText(plan, graphId)}
return {
  row, drive,
  make: (segment, key) => makes[segment](key),
  hear: (ear, state, record) => ears[ear](state, record),
  advance: (segment, state, now) => advances[segment](state, now),
}`
}

interface Writer {
  /** Emit functions, one per expander, innermost first. */
  readonly functions: string[]
  /** True when emit functions exist: they find the state of the current key in S0, S1 ... */
  readonly emitting: boolean
  serial: number
}

/** What becomes of a value at the end of a chain; `segment` is the key space it arrives in. */
type Sink = (value: string, segment: number, label: string) => string

const constants = (plan: Plan, links: readonly Link[]): string =>
  [
    ...plan.nodes.map(({ index }) => `const init${index} = $.inits[${index}]`),
    ...links.map(link => {
      const { index } = link.node
      if (link.type === 'keyBy') return `const keyOf${index} = $.keyOfs[${index}]`
      if (link.type === 'kernel') return `const step${index} = $.steps[${index}]`
      if (link.type !== 'expander') return ''
      return ['step', 'tick', 'held'].map(name => `const ${name}${index} = $.${name}s[${index}]`).join('\n')
    }),
    ...plan.ears.map((_, index) => `const hear${index} = $.hears[${index}]`),
  ].join('\n')

const remember = (writer: Writer, segment: number): string => (writer.emitting ? `S${segment} = s${segment}` : '')

/** A chain in a labelled block: "no value" leaves the block. */
const block = (writer: Writer, links: readonly Link[], value: string, sink: Sink, segment = 0): string => {
  const label = `L${++writer.serial}`
  return `${label}: {\n${chain(writer, links, value, sink, segment, label)}\n}`
}

const chain = (
  writer: Writer,
  links: readonly Link[],
  v: string,
  sink: Sink,
  segment: number,
  label: string,
): string => {
  const [link, ...rest] = links
  if (link === undefined) return sink(v, segment, label)
  const { index } = link.node
  const state = `s${segment}.n${index}`
  switch (link.type) {
    case 'kernel': {
      const out = `v${++writer.serial}`
      return `const ${out} = step${index}(${state}, ${v})
if (${out} === undefined || ${out} !== ${out}) { stops[${index}]++; break ${label} }
${chain(writer, rest, out, sink, segment, label)}`
    }
    case 'expander': {
      writer.functions.push(emitText(writer, link, rest, sink, segment))
      const tick = link.kernel.tick ? `tick${index}(${state}, T[0], emit${index})\n` : ''
      return `${tick}step${index}(${state}, ${v}, emit${index})`
    }
    case 'tap':
      return `tap(${JSON.stringify(link.topic)}, ${v}, s${segment}.key)
${chain(writer, rest, v, sink, segment, label)}`
    case 'keyBy': {
      const [k, next] = [`k${++writer.serial}`, `s${link.segment}`]
      return `const ${k} = keyOf${index}(${v})
const ${next} = segments[${link.segment}].get(${k}) ?? open(${link.segment}, ${k})
${remember(writer, link.segment)}
${chain(writer, rest, v, sink, link.segment, label)}`
    }
    case 'together':
      return togetherText(writer, link, rest, v, sink, segment, label)
  }
}

/** Members first, each in its own block; then the member `on`, whose values carry the record on. */
const togetherText = (
  writer: Writer,
  link: Extract<Link, { type: 'together' }>,
  rest: readonly Link[],
  v: string,
  sink: Sink,
  segment: number,
  label: string,
): string => {
  const { index } = link.node
  const record = `s${segment}.n${index}`
  const store = ({ name }: Branch, value: string): string =>
    `${record}.${name} = typeof ${value} === 'object' ? keep(${record}.${name}, ${value}) : ${value}`
  const members = link.members.map(member => block(writer, member.links, v, value => store(member, value), segment))
  const missing = link.members.map(({ name }) => `${record}.${name} !== ${record}.${name}`).join(' || ')
  const ready = (exit: string): string => (missing ? `if (${missing}) { stops[${index}]++; break ${exit} }\n` : '')
  const on = chain(
    writer,
    link.on.links,
    v,
    (value, inner, exit) => `${store(link.on, value)}\n${ready(exit)}${chain(writer, rest, record, sink, inner, exit)}`,
    segment,
    label,
  )
  return `${members.join('\n')}\n${on}`
}

/** What an expander calls for each value: counts it, moves event time when the value is stamped, runs what follows. */
const emitText = (
  writer: Writer,
  link: Extract<Link, { type: 'expander' }>,
  rest: readonly Link[],
  sink: Sink,
  segment: number,
): string => {
  const { index } = link.node
  const states = Array.from({ length: segment + 1 }, (_, i) => `s${i} = S${i}`).join(', ')
  const body = block(writer, rest, 'v', sink, segment)
  const [before, after] = link.kernel.heldSince ? ['const now = T[0]; T[0] = v.at', 'T[0] = now'] : ['', '']
  return `function emit${index}(v) {
  emits[${index}]++
  const ${states}
  ${before}
  ${body}
  ${after}
}`
}

const earText = (writer: Writer, links: readonly Link[], segment: number, node: number, ear: number): string => {
  const body = block(writer, links, 'v', value => `hear${ear}(s${segment}.n${node}, ${value})`, segment)
  return `(s${segment}, v) => { T[0] = v.at; ${remember(writer, segment)}\n${body}\n}`
}

const makeText = (plan: Plan, segment: number): string => {
  const fields = plan.nodes.filter(node => node.segment === segment).map(({ index }) => `n${index}: init${index}()`)
  return `function make${segment}(key) { return { ${['key', 'watched: false', ...fields].join(', ')} } }`
}

/** Time passes in the order of the line; behind an expander that holds records back it waits for the oldest of them. */
const advanceText = (plan: Plan, segment: number): string => {
  const ears = plan.ears.map(ear => apart(passText(ear.links, segment)))
  return `function advance${segment}(s, now) {
  S${segment} = s
  ${[passText(plan.links, segment), ...ears].join('\n')}
  return now
}`
}

const passText = (links: readonly Link[], segment: number): string =>
  links
    .filter(link => link.node.segment === segment)
    .flatMap(link => {
      const { index } = link.node
      if (link.type === 'together')
        return [...link.members.map(member => apart(passText(member.links, segment))), passText(link.on.links, segment)]
      if (link.type !== 'expander' || !link.kernel.tick) return ''
      const wait = link.kernel.heldSince
        ? `const h${index} = held${index}(s.n${index}); if (h${index} < now) now = h${index}`
        : ''
      return `T[0] = now; tick${index}(s.n${index}, now, emit${index})\n${wait}`
    })
    .join('\n')

/** What waits in a side line holds up nothing but that line. */
const apart = (text: string): string => `{ const was = now\n${text}\nnow = was }`

/** The row loop: one record, filled anew for each row. */
const driveText = (plan: Plan, graphId: number): string => {
  const { fields } = plan.source.schema
  const columns = fields.map(field => `c_${field.name} = b.columns.${field.name}`)
  const blank = fields.map(field => `${field.name}: ${field.type === 'f64' ? 'NaN' : "''"}`)
  return `const r = layout({ ${['at: NaN', ...blank].join(', ')} })
function drive(b, from, to, before) { // graph ${graphId}
  const { at, key, states } = b
  ${columns.length > 0 ? `const ${columns.join(', ')}` : ''}
  for (let i = from; i < to; i++) {
    cursor[0] = i
    const s = states[key[i]]
    r.at = at[i]
    ${fields.map(field => `r.${field.name} = c_${field.name}[i]`).join('\n    ')}
    if (s.watched === true) before(s.key, r)
    row(s, r)
  }
}`
}
