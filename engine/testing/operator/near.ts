import { expect } from 'vitest'

/**
 * Expects the same values, numbers within a share of the largest of their field: a value near 0 among large ones need
 * not have digits that the others do not have, and among small ones it must.
 */
export const expectNear = (actual: readonly unknown[], expected: readonly unknown[], tolerance: number): void => {
  const found = actual.map(fieldsOf)
  const wanted = expected.map(fieldsOf)
  expect(found.map(namesOf)).toEqual(wanted.map(namesOf))
  const largest = new Map<string, number>()
  for (const fields of wanted) {
    for (const [name, value] of fields)
      if (typeof value === 'number') largest.set(name, Math.max(largest.get(name) ?? 0, Math.abs(value)))
  }
  const far = wanted.flatMap((fields, index) =>
    [...fields].filter(([name, value]) => {
      const other = found[index]!.get(name)
      if (typeof value !== 'number' || typeof other !== 'number') return value !== other
      return !(Math.abs(other - value) <= tolerance * largest.get(name)!)
    }),
  )
  if (far.length > 0) expect(actual).toEqual(expected)
}

/** The leaves of a value by their paths; a number is its own leaf. */
export const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> => {
  const fields = new Map<string, unknown>()
  const walk = (inner: unknown, path: string): void => {
    if (typeof inner !== 'object' || inner === null) fields.set(path, inner)
    else for (const [name, leaf] of Object.entries(inner)) walk(leaf, path === '' ? name : `${path}.${name}`)
  }
  walk(value, '')
  return fields
}

const namesOf = (fields: ReadonlyMap<string, unknown>): readonly string[] => [...fields.keys()]
