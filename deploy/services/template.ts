import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../engine/assert.ts'

/** Fills `${name}` in a file that stands here, and writes it there. */
export const fillIn = (template: string, to: string, values: Readonly<Record<string, string | number>>): void => {
  const text = readFileSync(join(import.meta.dirname, template), 'utf8')
  const filled = text.replaceAll(/^[^#].*/gm, line =>
    line.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      assert(name in values, `${template} asks for ${name}`)
      return `${values[name]}`
    }),
  )
  writeFileSync(to, filled)
}
