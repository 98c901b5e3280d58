import { MillraceError } from '../../engine/errors.ts'

/**
 * How long a message travels to the venue, microseconds: a constant, or drawn from a distribution or a measured table.
 * What is drawn is a pure function of the name of the message, so who runs the tape again draws it again.
 */
export type Latency =
  | number
  | { readonly type: 'uniform'; readonly fromUs: number; readonly toUs: number }
  /** The least, and an exponential tail with this mean above it; cut at 20 means. */
  | { readonly type: 'exponential'; readonly leastUs: number; readonly meanUs: number }
  /** Measured values, each as likely. */
  | { readonly type: 'table'; readonly us: readonly number[] }

/** Fails: usage PAPER_OPTIONS. */
export function checkLatency(latency: Latency): void {
  if (numbersOf(latency).some(us => !Number.isSafeInteger(us) || us < 0)) {
    const found = typeof latency === 'number' ? `${latency}` : JSON.stringify(latency)
    throw new MillraceError('PAPER_OPTIONS', `latency is ${found}, expected an integer of 0 or more, microseconds`)
  }
  if (typeof latency === 'object' && latency.type === 'table' && latency.us.length === 0) {
    throw new MillraceError('PAPER_OPTIONS', 'latency is an empty table, expected one value or more, microseconds')
  }
}

/** The latency of the message of that name, microseconds, an integer. */
export function latencyOf(latency: Latency, name: string): number {
  if (typeof latency === 'number') return latency
  const chance = chanceOf(name)
  if (latency.type === 'uniform') return latency.fromUs + Math.floor(chance * (latency.toUs - latency.fromUs + 1))
  if (latency.type === 'table') return latency.us[Math.floor(chance * latency.us.length)]!
  return latency.leastUs + Math.round(latency.meanUs * Math.min(20, -Math.log(1 - chance)))
}

/** True when no message needs any time. */
export const isInstant = (latency: Latency): boolean => numbersOf(latency).every(us => us === 0)

function numbersOf(latency: Latency): readonly number[] {
  if (typeof latency === 'number') return [latency]
  if (latency.type === 'table') return latency.us
  if (latency.type === 'exponential') return [latency.leastUs, latency.meanUs]
  return [latency.fromUs, latency.toUs, latency.toUs - latency.fromUs]
}

/** [0, 1), the same for the same text: FNV-1a, mixed to the end. */
export function chanceOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
