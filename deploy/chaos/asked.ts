import { parseArgs } from 'node:util'
import { MillraceError, messageOf } from '../../engine/errors.ts'
import { numberOf, oneOf } from '../verb.ts'
import type { ChaosOptions } from './chaos.ts'
import { faults } from './faults.ts'

/** What the command line asks for. */
export interface Asked extends Pick<ChaosOptions, 'minutes' | 'seed' | 'members' | 'kinds' | 'times'> {
  readonly json: boolean
  readonly help: boolean
}

/** Fails: usage CLI_FLAG. */
export const askedIn = (args: readonly string[]): Asked => {
  const { minutes, seed, members, kills, fault, json, help } = valuesIn(args)
  if (kills !== undefined && fault !== undefined)
    throw new MillraceError('CLI_FLAG', '--kills is of engines alone, found --fault beside it')
  const kinds = Object.keys(faults)
  for (const kind of fault ?? []) oneOf('fault', kind, kinds)
  return {
    minutes: numberOf('--minutes', minutes, 0, 'number'),
    seed: numberOf('--seed', seed, 0, 'whole number'),
    members: numberOf('--members', members, 1, 'whole number'),
    ...(kills === undefined
      ? { kinds: fault ?? kinds }
      : { kinds: ['engine killed'], times: numberOf('--kills', kills, 1, 'whole number') }),
    ...{ json, help },
  }
}

const valuesIn = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        members: { type: 'string', default: '2' },
        fault: { type: 'string', multiple: true },
        kills: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (cause) {
    throw new MillraceError('CLI_FLAG', messageOf(cause).split(/\.\s/)[0]!, { cause })
  }
}
