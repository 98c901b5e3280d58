import { posix } from 'node:path'
import type { ESTree } from 'rolldown/utils'
import type { Source } from './source.ts'

/** What one file takes from another, or from a package. */
export interface Import {
  readonly specifier: string
  /** Path from the root of the house; null for a package. */
  readonly target: string | null
  readonly names: readonly string[]
  readonly typeOnly: boolean
  readonly offset: number
}

/** Imports, exports from, dynamic imports and import types, as long as they name their source. */
export const importsOf = (source: Source): Import[] => {
  const imports: Import[] = []
  for (const { node } of source.nodes) {
    const from = 'source' in node ? node.source : null
    if (from?.type !== 'Literal' || typeof from.value !== 'string') continue
    const specifier = from.value
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(source.path), specifier) : null
    imports.push({ specifier, target, names: namesOf(node), typeOnly: isTypeOnly(node), offset: node.start })
  }
  return imports
}

const namesOf = (node: ESTree.Node): string[] => {
  if (node.type === 'ExportAllDeclaration') return ['*']
  if (node.type === 'ExportNamedDeclaration') return node.specifiers.map(({ local }) => nameOf(local))
  if (node.type !== 'ImportDeclaration') return []
  return node.specifiers.map(specifier => {
    if (specifier.type === 'ImportNamespaceSpecifier') return '*'
    return specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : 'default'
  })
}

const nameOf = (name: ESTree.ModuleExportName): string => (name.type === 'Literal' ? name.value : name.name)

const isTypeOnly = (node: ESTree.Node): boolean => {
  if (node.type === 'ExportAllDeclaration' || node.type === 'ExportNamedDeclaration') return node.exportKind === 'type'
  if (node.type !== 'ImportDeclaration') return node.type === 'TSImportType'
  const kinds = node.specifiers.map(
    specifier => specifier.type === 'ImportSpecifier' && specifier.importKind === 'type',
  )
  return node.importKind === 'type' || (kinds.length > 0 && kinds.every(Boolean))
}
