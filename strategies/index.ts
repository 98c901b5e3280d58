export * from './ema-cross.ts'
export * from './mean-reversion.ts'
