import { costOf } from '../../engine/market/conversion.ts'
import { notional } from '../../engine/market/decimal.ts'
import { type Financing, financingOn, type Payment } from '../../engine/market/financing.ts'
import { type Lots, type Micros, minor } from '../../engine/market/units.ts'
import { callMargin } from './margin.ts'
import { ratesNow, type Scene, touchOf } from './settle.ts'

/** What an open position pays for time, or is paid, at the price that would close it now; nothing before a price. */
export function charge(scene: Scene, financing: Financing): void {
  const { state, desk } = scene
  if (financing.at > state.now) state.now = financing.at
  for (const { lots } of [desk.position, desk.short]) chargeLots(scene, financing, lots)
  callMargin(scene)
}

function chargeLots({ state, desk, send }: Scene, financing: Financing, lots: Lots): void {
  const mark = touchOf(desk, lots < 0)
  if (lots === 0 || mark <= 0) return
  const owed = financingOn(notional(mark, lots, desk.terms), financing)
  const amount = costOf(owed, ratesNow(state, desk))
  if (amount === 0) return
  const value: Payment = { at: state.now as Micros, reason: financing.type, amount }
  state.balance = minor(state.balance - amount)
  state.counts.payments = (state.counts.payments ?? 0) + 1
  send({ type: 'payment', instrument: desk.instrument.id, value })
  send({ type: 'account', value: { at: value.at, balance: state.balance } })
}
