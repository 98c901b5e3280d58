import { setFlagsFromString } from 'node:v8'
import { type Driver, type DriverPorts, keep, linksOf } from './driver.ts'
import { textOf } from './driver-text.ts'
import { layout } from './layout.ts'
import type { Link, Plan } from './plan.ts'

// A chain is fast when V8 inlines all of it into the row loop: a call that is not inlined boxes its numbers, 16 bytes
// each. V8's limits for one loop (920 bytes of bytecode) and for one callee (460; the body of an `emit` is one) hold
// two or three indicators. Measured on W2, 100 keys, as time of the hand-written loop: 2.0 with V8's own limits, 1.4 to
// 1.55 with 3000 and 460 as the race of compiler and warm-up has it, 1.34 with 5000 and 1000 in each run; more changes
// nothing.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000')
setFlagsFromString('--max-inlined-bytecode-size=1000')

/**
 * Runs a plan by one function generated for it: a few lines of text per node, operators stay ordinary functions.
 *
 * Three rules make it as fast as a loop written by hand: the graph's id stands in the text, because V8 keeps type
 * feedback by source text; numbers say "no value" with NaN and stay unboxed; the state of one key is one record, a
 * field per node.
 *
 * ```text
 * function row(s0, v) {                      // s0: state of the key; v: the record; T[0]: event time
 *   T[0] = v.at
 *   L1: {
 *     const v2 = step0(s0.n0, v)
 *     if (v2 === undefined || v2 !== v2) { stops[0]++; break L1 }
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
