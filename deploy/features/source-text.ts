import { existsSync, readFileSync } from 'node:fs'

/** The text of a source file. An installed package has declarations instead, which say the same in another look. */
export const sourceText = (path: string): string => {
  if (existsSync(path)) return readFileSync(path, 'utf8')
  return readFileSync(path.replace(/\.ts$/, '.d.ts'), 'utf8')
    .replaceAll(/^export declare /gm, 'export ')
    .replaceAll(/^ {4}/gm, '  ')
    .replaceAll(/^(?! *\*)(.*);$/gm, '$1')
}

/** What a source file is imported by. */
export const moduleOf = (path: string): string => (existsSync(path) ? path : path.replace(/\.ts$/, '.js'))
