/** What a label says of all values that came too late to be shown. */
export const OTHER = 'other'

/** Most values of one label that are shown; `other` comes on top. */
export const LABEL_VALUES_MAX = 200
/** Of a label that bounds itself: Kafka brokers bear some thousand partitions. */
const WIDER: Readonly<Record<string, number>> = { partition: 1024 }

/**
 * Lets the first values of each label in, for as long as the process lives: a series that came and went with the load
 * would be worse than one that is not there.
 *
 * @example
 * const admit = admission()
 * admit('instrument', 'EURUSD') // => 'EURUSD'
 */
export const admission = (): ((label: string, value: string) => string) => {
  const admitted = new Map<string, Set<string>>()
  return (label, value) => {
    const values = admitted.get(label) ?? new Set()
    admitted.set(label, values)
    if (values.has(value)) return value
    if (values.size >= (WIDER[label] ?? LABEL_VALUES_MAX)) return OTHER
    values.add(value)
    return value
  }
}
