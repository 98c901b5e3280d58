import { asset, documentOf, embedded, escaped, scripts, sealedHead, themeButton } from '../look/html.ts'
import type { Pane, Picture, Series } from './picture.ts'

/** A picture as one file that is zoomed, panned and read by pointer or keys. */
export const plotPage = (picture: Picture): string => {
  const { title, market, panes, warmup, settle } = picture
  const body = [
    `<header><h1>${escaped(title)}</h1><p>${escaped(market)}</p><p>${escaped(told(warmup, settle))}</p>`,
    '<p id="clock"></p>',
    `${themeButton}</header>`,
    '<main><canvas tabindex="0" role="img"></canvas>',
    `<div id="legends">${panes.map(legend).join('')}</div>`,
    '<p id="spoken" aria-live="polite"></p></main>',
    '<footer>wheel or + − zooms, dragging or Shift ← → pans, ← → moves the crosshair, 0 shows all,',
    'a name hides its line</footer>',
    `<script type="application/json" id="picture">${embedded(picture)}</script>`,
    scripts(import.meta.dirname, 'chart.js'),
  ]
  return documentOf(`${title} · Millrace`, sealedHead(asset(import.meta.dirname, 'plot.css')), body.join('\n'))
}

/** 'warm-up 15, settled by 515'. */
export const told = (warmup: number, settle: number | null): string => {
  const first = `first value at row ${warmup + 1}`
  if (settle === null) return `${first}, never settles`
  return settle === warmup ? first : `${first}, settled by row ${settle + 1}`
}

const legend = ({ series }: Pane): string => `<div>${series.map(entry).join('')}</div>`

const entry = ({ id, name, unit, colour, shape }: Series): string => {
  const swatch = shape === 'marks' ? 'up' : colour
  const button = `<button type="button" aria-pressed="true" data-id="${escaped(id)}" title="${escaped(unit)}">`
  return `${button}<i style="background:var(--${swatch})"></i>${escaped(name)}<b data-id="${escaped(id)}"></b></button>`
}
