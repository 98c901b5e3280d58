import { dirname, join } from 'node:path'
import { sourceText } from './source-text.ts'

/** A number, or a text, of a record that comes out. */
export interface OutputField {
  readonly name: string
  /** '' where it is not known. */
  readonly type: string
  /** What its doc says, or that of the field of its type which it follows; '' where nothing is said. */
  readonly doc: string
}

/** The fields of the record that an Out names, from its interface: in the file of the operator, or imported there. */
export const outputFields = (out: string, file: string): readonly OutputField[] => {
  const inline = /\{([^}]*)\}/.exec(out.split(';')[0]!)?.[1]
  const [name = ''] = /^[A-Z]\w*/.exec(out) ?? []
  const found = name === '' ? [] : fieldsOf(name, file)
  if (found.length > 0 || inline === undefined) return found
  return inline.split(',').map(field => ({ name: field.trim(), type: '', doc: '' }))
}

const fieldsOf = (name: string, file: string): readonly OutputField[] => {
  const text = sourceText(file)
  const interfaceOf = new RegExp(`^export interface ${name}\\b(?: extends ([^{]*))?[^{]*\\{(?:$([\\s\\S]*?)^)?\\}`, 'm')
  const found = interfaceOf.exec(text)
  if (found !== null) {
    const [, parents = '', body = ''] = found
    const above = [...parents.matchAll(/\b[A-Z]\w+/g)].flatMap(([parent]) => fieldsOf(parent, file))
    return [...above, ...declared(body)]
  }
  const [, , from] = new RegExp(`import (?:type )?\\{([^}]*\\b${name}\\b[^}]*)\\} from '(\\.[^']*)'`).exec(text) ?? []
  return from === undefined ? [] : fieldsOf(name, join(dirname(file), from))
}

const declared = (body: string): readonly OutputField[] => {
  let said = { type: '', doc: '' }
  return [...body.matchAll(/(?:\/\*\*([\s\S]*?)\*\/\s*)?^ {2}(?:readonly )?(\w+)\??: (.*)/gm)].map(
    ([, comment, name, type]) => {
      const doc = comment?.replaceAll(/\s*\n \s*\*/g, '').trim() ?? (said.type === type ? said.doc : '')
      said = { type: type!, doc }
      return { name: name!, ...said }
    },
  )
}
