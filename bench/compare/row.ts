import type { Entry, Library } from './series.ts'

/** One indicator, as each library has it. */
export interface Indicator {
  readonly name: string
  /** Where its values are published: file and field; null where they are not. */
  readonly golden: readonly [file: string, field: string] | null
  /** What a value does when all prices rise by the same: rises with them, stays; null where it is neither. */
  readonly shifted: 'rises' | 'stays' | null
  readonly entries: Readonly<Partial<Record<Library, Entry>>>
}

export const row = (
  name: string,
  golden: Indicator['golden'],
  shifted: Indicator['shifted'],
  entries: Indicator['entries'],
): Indicator => ({ name, golden, shifted, entries })
