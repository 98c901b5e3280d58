import type { FeatureSet } from '../../models/features/feature-set.ts'
import { table } from '../terminal.ts'

/** Every feature set, a line each. */
export const listOfSets = (sets: readonly FeatureSet[]): string =>
  table(
    ['set', 'version', 'features', 'from', 'warm-up', 'hash'],
    sets.map(({ name, version, features, sources, warmup, hash }) => [
      ...[name, String(version), String(features.length), sources.join(' or ')],
      ...[numberOf(warmup), hash],
    ]),
  )

/** The features of one set, in the order of its vector. */
export const pageOfSet = ({ name, version, hash, features, sources }: FeatureSet): string =>
  [
    `${name} ${version}  (${features.length} features, from ${sources.join(' or ')})\nhash ${hash}`,
    table(
      ['feature', 'category', 'unit', 'from', 'warm-up', 'settles'],
      features.map(({ name, category, unit, from, warmup, settle, warning }) => [
        ...[warning === null ? name : `${name} !`, category, unit, from.join(', ')],
        ...[numberOf(warmup), settle === null ? 'never' : String(settle)],
      ]),
    ),
    ...features.filter(({ warning }) => warning !== null).map(({ name, warning }) => `! ${name}: ${warning}`),
  ].join('\n\n')

const numberOf = (value: number | null): string => (value === null ? '' : String(value))

/** What a document says of a set: all but its graph. */
export const dataOfSet = ({ over: _over, ...data }: FeatureSet): object => data
