import { MillraceError } from '../errors.ts'
import { type Check, checkAs } from './check.ts'
import { type Conditions, conditionsOf, type Intent, isCommand, PLAIN, type Side } from './order.ts'
import { lots, micros, ticks } from './units.ts'

type Fields = {
  readonly at: number
  readonly type: string
  readonly side: string
  readonly timeInForce: string
  readonly lots?: number
} & { readonly [name in 'limit' | 'trigger' | 'trail' | 'trailBps' | 'until' | 'postOnly' | 'reduceOnly']?: number } & {
  readonly [name in 'ref' | 'parent' | 'group']?: string
}

/** Fails: Reject MARKET_INTENT; the message begins with the rule. */
export function intent(fields: Fields): Intent {
  const { type, side, timeInForce } = fields
  check(isOf(TYPES, type), 'type', type, oneOf(TYPES))
  check(isSide(side), 'side', side, SIDES)
  check(isOf(TIMES_IN_FORCE, timeInForce), 'time in force', timeInForce, oneOf(TIMES_IN_FORCE))
  const { postOnly = 0, reduceOnly = 0, trailBps = 0, ref = '', parent = '', group = '' } = fields
  check(postOnly === 0 || postOnly === 1, 'post-only', postOnly, '0 or 1')
  check(reduceOnly === 0 || reduceOnly === 1, 'reduce-only', reduceOnly, '0 or 1')
  const conditions = conditionsOf({
    ...{ trigger: ticks(fields.trigger ?? 0), trail: ticks(fields.trail ?? 0), trailBps },
    ...{ until: micros(fields.until ?? 0), postOnly, reduceOnly, ref, parent, group },
  })
  const made: Intent = {
    ...{
      at: micros(fields.at),
      type,
      side,
      lots: lots(fields.lots ?? 0),
      limit: ticks(fields.limit ?? 0),
      timeInForce,
    },
    ...(conditions === PLAIN ? {} : conditions),
  }
  const wrong = contradiction(made)
  if (wrong !== undefined) throw new MillraceError('MARKET_INTENT', wrong)
  return made
}

/** The first rule that the fields break, as '<rule>: what was found, what was expected'; undefined when they agree. */
export function contradiction(order: Intent): string | undefined {
  const conditions = conditionsOf(order)
  if (conditions === PLAIN && isPlainlyRight(order)) return undefined
  const whole = { ...order, ...conditions }
  const broken = (isCommand(order) ? COMMAND_RULES : RULES).find(([, holds]) => !holds(whole))
  return broken && `${broken[0]}: ${broken[2](whole)}`
}

/** Most orders are such, and need none of the rules. */
const isPlainlyRight = ({ type, side, lots, limit, timeInForce }: Intent): boolean =>
  isCount(lots) &&
  isSide(side) &&
  timeInForce !== 'GTD' &&
  isOf(TIMES_IN_FORCE, timeInForce) &&
  (type === 'market' ? limit === 0 : type === 'limit' && isCount(limit))

const check: Check = checkAs('MARKET_INTENT')

const SIDES = "'buy' or 'sell'"
const TYPES = ['market', 'limit', 'stop', 'stop-limit', 'take-profit', 'trailing', 'amend', 'cancel'] as const
const TIMES_IN_FORCE = ['IOC', 'FOK', 'GTC', 'GTD', 'DAY'] as const

const isSide = (side: string): side is Side => side === 'buy' || side === 'sell'
const isOf = <T extends string>(all: readonly T[], text: string): text is T => (all as readonly string[]).includes(text)
const oneOf = (all: readonly string[]): string => all.map(text => `'${text}'`).join(', ')

type Whole = Intent & Conditions
type Rule = readonly [name: string, holds: (order: Whole) => boolean, found: (order: Whole) => string]

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n > 0
const isShare = (bps: number): boolean => bps > 0 && bps < 10_000
const waits = ({ timeInForce }: Intent): boolean => timeInForce !== 'IOC' && timeInForce !== 'FOK'

/** What the types forbid, a strategy in JavaScript may send. */
const WORDS: readonly Rule[] = [
  ['type', o => isOf(TYPES, o.type), o => `type is '${o.type}', expected ${oneOf(TYPES)}`],
  ['side', o => isSide(o.side), o => `side is '${o.side}', expected ${SIDES}`],
  [
    'time-in-force',
    o => isOf(TIMES_IN_FORCE, o.timeInForce),
    o => `time in force is '${o.timeInForce}', expected ${oneOf(TIMES_IN_FORCE)}`,
  ],
]

const RULES: readonly Rule[] = [
  ...WORDS,
  ['quantity', o => isCount(o.lots), o => `quantity is ${o.lots}, expected whole lots above 0`],
  [
    'limit-needed',
    o => (o.type === 'limit' || o.type === 'stop-limit' ? isCount(o.limit) : true),
    o => `limit is ${o.limit}, expected whole ticks above 0`,
  ],
  [
    'limit-idle',
    o => o.limit === 0 || (o.type !== 'market' && o.type !== 'stop' && o.type !== 'trailing' && isCount(o.limit)),
    o => `limit of a ${o.type} order is ${o.limit}, expected 0`,
  ],
  [
    'trigger-needed',
    o => isCount(o.trigger) || !(o.type === 'stop' || o.type === 'stop-limit' || o.type === 'take-profit'),
    o => `trigger is ${o.trigger}, expected whole ticks above 0`,
  ],
  [
    'trigger-idle',
    o => o.trigger === 0 || o.type === 'stop' || o.type === 'stop-limit' || o.type === 'take-profit',
    o => `trigger of a ${o.type} order is ${o.trigger}, expected 0`,
  ],
  [
    'trail-one',
    o => o.type !== 'trailing' || (isCount(o.trail) ? o.trailBps === 0 : o.trail === 0 && isShare(o.trailBps)),
    o => `trail is ${o.trail} ticks and ${o.trailBps} bps, expected one of them above 0, bps below 10000`,
  ],
  [
    'trail-idle',
    o => o.type === 'trailing' || (o.trail === 0 && o.trailBps === 0),
    o => `trail of a ${o.type} order is ${o.trail} ticks and ${o.trailBps} bps, expected 0`,
  ],
  [
    'until',
    o => (o.timeInForce === 'GTD' ? o.until > o.at : o.until === 0),
    o =>
      `until of a ${o.timeInForce} order is ${o.until}, expected ${o.timeInForce === 'GTD' ? `more than ${o.at}` : 0}`,
  ],
  [
    'post-only',
    o => o.postOnly === 0 || (o.type === 'limit' && waits(o)),
    o => `a ${o.type} order ${o.timeInForce} is post-only, expected a limit order that rests`,
  ],
  [
    'own-parent',
    o => o.parent === '' || o.parent !== o.ref,
    o => `parent and ref are both '${o.ref}', expected another order`,
  ],
]

const COMMAND_RULES: readonly Rule[] = [
  ...WORDS,
  ['ref-needed', o => o.ref !== '', o => `ref of ${o.type} is '', expected that of an order`],
  [
    'cancel-bare',
    o => o.type !== 'cancel' || (o.lots === 0 && o.limit === 0 && o.trigger === 0),
    o => `cancel has lots ${o.lots}, limit ${o.limit}, trigger ${o.trigger}, expected 0`,
  ],
  [
    'amend-something',
    o => o.type !== 'amend' || (isZeroOrMore(o.lots, o.limit, o.trigger) && o.lots + o.limit + o.trigger > 0),
    o => `amend has lots ${o.lots}, limit ${o.limit}, trigger ${o.trigger}, expected one above 0, none below`,
  ],
]

const isZeroOrMore = (...counts: readonly number[]): boolean => counts.every(n => Number.isSafeInteger(n) && n >= 0)
