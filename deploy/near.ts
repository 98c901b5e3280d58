import { editDistance } from '../connectors/file/open.ts'

/** The nearest of the known names, as a question; nothing when none is near. */
export const near = (name: string, known: readonly string[]): string => {
  const [best] = known
    .map(other => ({ other, edits: editDistance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, edits }) => edits <= Math.max(2, Math.floor(other.length / 3)))
    .sort((a, b) => a.edits - b.edits)
  return best ? ` (did you mean '${best.other}'?)` : ''
}
