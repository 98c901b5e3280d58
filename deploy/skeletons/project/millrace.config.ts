import type { Settings } from 'millrace/config'

export const config: Settings = {
  home: '.millrace',
  balance: 100_000,
  latencyMs: 1,
}
