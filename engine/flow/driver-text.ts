import type { Branch, Link, Plan } from './plan.ts'

/** The text of a plan's driver, readable: print it with `graph --source`. */
export const textOf = (plan: Plan, links: readonly Link[], graphId: number): string => {
  const writer: Writer = { functions: [], emitting: links.some(link => link.type === 'expander'), serial: 0 }
  const main = block(placeIn(writer, 0), plan.links, 'v', ({ segment }, v) => `out(${v}, s${segment}.key)`)
  const step = `T[0] = v.at\n${remember(writer, 0)}\n${main}`
  const ears = plan.ears.map((_, index) => earText(writer, plan, index))
  const segments = Array.from({ length: plan.segments }, (_, segment) => segment)
  return `"use strict" // graph ${graphId}: ${plan.name}
const { out, tap, keep, layout, stops, emits, time: T, cursor, segments, open } = $
${constants(plan, links)}
${segments.map(segment => `var S${segment} = null`).join('\n')}
${writer.functions.join('\n')}
function row(s0, v) { // graph ${graphId}
  ${step}
}
${segments.map(segment => makeText(plan, segment)).join('\n')}
const makes = [${segments.map(segment => `make${segment}`).join(', ')}]
${segments.map(segment => advanceText(plan, segment)).join('\n')}
const advances = [${segments.map(segment => `advance${segment}`).join(', ')}]
const ears = [${ears.join(', ')}]
${driveText(plan, graphId, step)}
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

/** Where a line of text stands. */
interface Place {
  readonly writer: Writer
  /** The key space: the state is at hand as s0, s1 ... */
  readonly segment: number
  /** The block that "no value" leaves. */
  readonly label: string
}

/** The text of what becomes of a value. */
type Then = (place: Place, value: string) => string

const placeIn = (writer: Writer, segment: number): Place => ({ writer, segment, label: '' })

const fresh = (writer: Writer, letter: string): string => `${letter}${++writer.serial}`

const constants = (plan: Plan, links: readonly Link[]): string =>
  [
    ...plan.nodes.map(({ index }) => `const init${index} = $.inits[${index}]`),
    ...links.flatMap(link =>
      partsOf(link).map(name => `const ${name}${link.node.index} = $.${name}s[${link.node.index}]`),
    ),
    ...plan.ears.map((_, index) => `const hear${index} = $.hears[${index}]`),
  ].join('\n')

const partsOf = ({ type }: Link): readonly string[] => {
  if (type === 'keyBy') return ['keyOf']
  if (type === 'kernel') return ['step']
  return type === 'expander' ? ['step', 'tick', 'held'] : []
}

const remember = (writer: Writer, segment: number): string => (writer.emitting ? `S${segment} = s${segment}` : '')

/** A chain in a labelled block: "no value" leaves the block. */
const block = ({ writer, segment }: Place, links: readonly Link[], value: string, end: Then): string => {
  const label = fresh(writer, 'L')
  return `${label}: {\n${chain({ writer, segment, label }, links, value, end)}\n}`
}

const chain = (place: Place, links: readonly Link[], v: string, end: Then): string => {
  const [link, ...rest] = links
  if (link === undefined) return end(place, v)
  const then: Then = (there, value) => chain(there, rest, value, end)
  const { index } = link.node
  const { writer, segment, label } = place
  const state = `s${segment}.n${index}`
  switch (link.type) {
    case 'kernel': {
      const out = fresh(writer, 'v')
      return `const ${out} = step${index}(${state}, ${v})
if (${out} === undefined || ${out} !== ${out}) { stops[${index}]++; break ${label} }
${then(place, out)}`
    }
    case 'expander': {
      writer.functions.push(emitText(place, link, then))
      const tick = link.kernel.tick ? `tick${index}(${state}, T[0], emit${index})\n` : ''
      return `${tick}step${index}(${state}, ${v}, emit${index})`
    }
    case 'tap':
      return `tap(${JSON.stringify(link.topic)}, ${v}, s${segment}.key)\n${then(place, v)}`
    case 'keyBy': {
      const key = fresh(writer, 'k')
      return `const ${key} = keyOf${index}(${v})
const s${link.segment} = segments[${link.segment}].get(${key}) ?? open(${link.segment}, ${key})
${remember(writer, link.segment)}
${then({ ...place, segment: link.segment }, v)}`
    }
    case 'together':
      return togetherText(place, link, v, then)
  }
}

/** Members first, each in its own block; then the member `on`, whose values carry the record on. */
const togetherText = (place: Place, link: Extract<Link, { type: 'together' }>, v: string, then: Then): string => {
  const { index } = link.node
  const record = `s${place.segment}.n${index}`
  const store = ({ name }: Branch, value: string): string =>
    `${record}.${name} = typeof ${value} === 'object' ? keep(${record}.${name}, ${value}) : ${value}`
  const members = link.members.map(member => block(place, member.links, v, (_, value) => store(member, value)))
  const missing = link.members.map(({ name }) => `${record}.${name} !== ${record}.${name}`).join(' || ')
  const ready = (label: string): string => (missing ? `if (${missing}) { stops[${index}]++; break ${label} }\n` : '')
  const on = chain(
    place,
    link.on.links,
    v,
    (there, value) => `${store(link.on, value)}\n${ready(there.label)}${then(there, record)}`,
  )
  return `${members.join('\n')}\n${on}`
}

/** What an expander calls for each value: counts it, moves event time when the value is stamped, runs what follows. */
const emitText = (place: Place, { node, kernel }: Extract<Link, { type: 'expander' }>, then: Then): string => {
  const states = Array.from({ length: place.segment + 1 }, (_, i) => `s${i} = S${i}`).join(', ')
  const [before, after] = kernel.heldSince ? ['const now = T[0]; T[0] = v.at', 'T[0] = now'] : ['', '']
  return `function emit${node.index}(v) {
  emits[${node.index}]++
  const ${states}
  ${before}
  ${block(place, [], 'v', then)}
  ${after}
}`
}

const earText = (writer: Writer, plan: Plan, ear: number): string => {
  const { links, node } = plan.ears[ear]!
  const state = `s${node.segment}`
  const heard: Then = (_, value) => `hear${ear}(${state}.n${node.index}, ${value})`
  const body = block(placeIn(writer, node.segment), links, 'v', heard)
  return `(${state}, v) => { T[0] = v.at; ${remember(writer, node.segment)}\n${body}\n}`
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
      if (link.type !== 'expander' || !link.kernel.tick) return []
      const wait = `const h${index} = held${index}(s.n${index}); if (h${index} < now) now = h${index}`
      return [`T[0] = now; tick${index}(s.n${index}, now, emit${index})`, link.kernel.heldSince ? wait : '']
    })
    .join('\n')

/** What waits in a side line holds up nothing but that line. */
const apart = (text: string): string => (text ? `{ const was = now\n${text}\nnow = was }` : '')

/**
 * The row loop. The record is a literal that lives for one turn, and the chain stands in the loop, not behind a call:
 * V8 then never makes the record and keeps its fields in registers (W1, 100 keys: 22 -> 19 ns a tick; eight indicators
 * of one record: 115 -> 101). What `before` is given is a record of its own, filled anew: there are few such rows.
 */
const driveText = (plan: Plan, graphId: number, step: string): string => {
  const { fields } = plan.source.schema
  const columns = fields.map(({ name }) => `c_${name} = b.columns.${name}`)
  const blank = fields.map(({ name, type }) => `${name}: ${type === 'f64' ? 'NaN' : "''"}`)
  return `const given = layout({ ${['at: NaN', ...blank].join(', ')} })
function drive(b, from, to, before) { // graph ${graphId}
  const { at, key, states } = b
  ${columns.length > 0 ? `const ${columns.join(', ')}` : ''}
  for (let i = from; i < to; i++) {
    cursor[0] = i
    const s0 = states[key[i]]
    if (s0.watched === true) {
      given.at = at[i]
      ${fields.map(({ name }) => `given.${name} = c_${name}[i]`).join('\n      ')}
      before(s0.key, given)
    }
    const v = { ${['at: at[i]', ...fields.map(({ name }) => `${name}: c_${name}[i]`)].join(', ')} }
    ${step}
  }
}`
}
