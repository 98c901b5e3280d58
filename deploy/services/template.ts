import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../engine/assert.ts'

/** Fills `${name}` in the lines of a file that stands here, and writes it there. */
export const fillIn = (template: string, to: string, values: object): void => {
  const known = new Map<string, string | number>(Object.entries(values))
  const text = readFileSync(join(import.meta.dirname, template), 'utf8')
  const filled = text.replaceAll(/^[^#\n].*/gm, line =>
    line.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = known.get(name)
      assert(value !== undefined, `${template} asks for ${name}`)
      return `${value}`
    }),
  )
  writeFileSync(to, filled)
}
