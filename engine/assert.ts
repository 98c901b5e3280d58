import { MillraceError } from './errors.ts'

/** Stops a programmer's mistake where it is made: Defect ASSERT with the sentence when the condition is false. */
export function assert(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new MillraceError('ASSERT', sentence)
}
