import { mayGenerate } from './generate.ts'

/**
 * Rebuilds a fresh record, and the records in it, with a memory layout that no other code shares.
 *
 * V8 shares one layout among all literals that begin with the same names, the whole process over, and keeps numbers
 * unboxed only while no literal of that layout ever held anything else there. A state `{ now: NaN, ... }` loses to any
 * `{ now: () => ... }`: 16 bytes for each number written (measured). A constructor has a layout of its own; there is
 * one per list of names and kinds, so that a function that serves many states (`moments.ts`) sees one layout.
 */
export const layout = (fresh: unknown): unknown => {
  if (!isPlain(fresh) || !mayGenerate()) return fresh
  const names = Object.keys(fresh)
  const known = names.map(name => `${name}: ${typeof fresh[name]}`).join()
  let make = constructors.get(known)
  if (make === undefined) {
    make = constructorOf(names)
    constructors.set(known, make)
  }
  return make(fresh)
}

type Make = (fresh: Record<string, unknown>) => unknown
const constructors = new Map<string, Make>()

/** Field by field from the record: by way of an array of values, whole numbers would arrive as floats. */
const constructorOf = (names: readonly string[]): Make => {
  const fields = names.map(name => JSON.stringify(name)).map(name => `this[${name}] = layout(fresh[${name}])`)
  const text = `function Layout(fresh) { ${fields.join('; ')} } return fresh => new Layout(fresh)`
  return new Function('layout', text)(layout) as Make
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
