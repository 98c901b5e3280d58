import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../../engine/assert.ts'

/** Fills `${name}` in the lines of a file that stands here, with more settings behind them, and writes it there. */
export const fillIn = (template: string, to: string, values: object, settings: object = {}): void => {
  const known = new Map<string, string | number>(Object.entries(values))
  const more = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  const text = readFileSync(join(import.meta.dirname, template), 'utf8') + more.join('')
  const filled = text.replaceAll(/^[^#\n].*/gm, line =>
    line.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = known.get(name)
      assert(value !== undefined, `${template} asks for ${name}`)
      return `${value}`
    }),
  )
  writeFileSync(to, filled)
}
