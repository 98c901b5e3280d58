import type { Kernel } from '../engine/flow/kernel.ts'

/** The state of a kernel that is a part of another, by what makes it: `StateOf<typeof emaStep>`. */
export type StateOf<Step extends (...options: never[]) => { init(): unknown }> = ReturnType<ReturnType<Step>['init']>

/** Inputs until kernels that stand behind each other have forgotten the start. */
export const settleOf = (...chain: readonly Pick<Kernel<never, never, unknown>, 'warmup' | 'settle'>[]): number =>
  chain.reduce((inputs, { warmup, settle }) => inputs + (settle ?? warmup), 0)
