import { type DashboardSpec, dashboardOf } from './dashboard.ts'
import { dataQuality } from './data-quality.ts'
import { lag } from './lag.ts'
import { pipeline } from './pipeline.ts'
import { pnlAndRisk } from './pnl-and-risk.ts'

const specs: readonly DashboardSpec[] = [lag, pnlAndRisk, pipeline, dataQuality]

/** What is checked in, by file name. */
export const files = (): ReadonlyMap<string, string> =>
  new Map(specs.map(spec => [`${spec.uid}.json`, `${JSON.stringify(dashboardOf(spec), null, 2)}\n`]))
