import { mayGenerate } from './generate.ts'

/**
 * Rebuilds a fresh record, and the records in it, with a memory layout of its owner's own.
 *
 * V8 shares one layout among all literals that begin with the same names, the whole process over, and keeps numbers
 * unboxed only while no literal of that layout ever held anything else there. A state `{ now: NaN, ... }` loses to any
 * `{ now: () => ... }`: 16 bytes for each number written (measured). A constructor has a layout of its own; there is one
 * per owner and list of names, so that all graphs share it and a step sees one layout.
 */
export const layout = (owner: string, fresh: unknown): unknown => {
  if (!isPlain(fresh)) return fresh
  const names = Object.keys(fresh)
  const values = names.map(name => layout(`${owner}.${name}`, fresh[name]))
  const known = `${owner}(${names.join()})`
  let make = constructors.get(known)
  if (make === undefined) {
    make = constructorOf(names)
    constructors.set(known, make)
  }
  return make(...values)
}

type Make = (...values: readonly unknown[]) => unknown
const constructors = new Map<string, Make>()

const constructorOf = (names: readonly string[]): Make => {
  if (!mayGenerate()) return (...values) => Object.fromEntries(names.map((name, i) => [name, values[i]]))
  const fields = names.map((name, i) => `this[${JSON.stringify(name)}] = v${i}`).join('; ')
  const values = names.map((_, i) => `v${i}`).join(', ')
  return new Function(`function Layout(${values}) { ${fields} } return (${values}) => new Layout(${values})`)() as Make
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
