import type { Period } from '../../engine/figures/periods.ts'
import { escaped } from '../look/html.ts'
import { NONE, signedPercent } from './format.ts'

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Growth month by month, a year in a row. The heat says what sign and bar of a cell say without colour. */
export const monthTable = (months: readonly Period[], years: readonly Period[]): string => {
  const grown = new Map(months.map(({ name, growth }) => [name, growth]))
  const most = Math.max(...months.map(({ growth = 0 }) => Math.abs(growth)), 1e-12)
  const head = ['Year', ...NAMES, 'Whole'].map(name => `<th scope="col">${name}</th>`).join('')
  const rows = years.map(({ name: year, growth }) => {
    const cells = NAMES.map((_, i) => cellOf(grown, `${year}-${String(i + 1).padStart(2, '0')}`, most))
    return `<tr><th scope="row">${escaped(year)}</th>${cells.join('')}<td class="whole">${textOf(growth)}</td></tr>`
  })
  return [
    '<div class="wide" tabindex="0" role="region" aria-label="Growth by month"><table class="months">',
    `<thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  ].join('')
}

const cellOf = (grown: ReadonlyMap<string, number | undefined>, month: string, most: number): string => {
  if (!grown.has(month)) return '<td></td>'
  const growth = grown.get(month)
  if (growth === undefined) return `<td class="none">${NONE}</td>`
  const tone = growth < 0 ? 'fell' : growth > 0 ? 'rose' : ''
  const heat = Math.abs(growth) / most
  return `<td class="${tone}" style="--heat:${heat.toFixed(3)}">${textOf(growth)}</td>`
}

const textOf = (growth: number | undefined): string => (growth === undefined ? NONE : signedPercent(growth))
