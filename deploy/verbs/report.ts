import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeLines } from '../files.ts'
import { flagOpen, openInBrowser } from '../look/open.ts'
import { runFolder } from '../manifest.ts'
import { type CalendarName, calendars } from '../report/calendar.ts'
import { figureDocument } from '../report/figure-document.ts'
import { reportPage } from '../report/page.ts'
import { reportOf } from '../report/report.ts'
import { count } from '../terminal.ts'
import { flagJson, type Verb } from '../verb.ts'

const names = Object.keys(calendars) as CalendarName[]

export const report: Verb = {
  usage: 'report <run folder | run id> [--open] [--json]',
  words: 1,
  flags: {
    out: { type: 'text', value: 'FILE', help: 'where the page goes; default: report.html in the run folder' },
    open: flagOpen,
    calendar: { type: 'text', value: 'NAME', help: `trading days: ${names.join(', ')}; default: by the venue` },
    json: { ...flagJson, help: 'the figures as data, and no page' },
  },
  examples: ['report demo --open', 'report mean-reversion-20261121-101500-1 --out eurusd.html', 'report demo --json'],
  async run(call) {
    const folder = runFolder(call.config, call.words[0])
    const calendar = call.oneOf('calendar', names)
    const made = await reportOf(call, folder, { calendar })
    if (call.has('json')) {
      call.answer(figureDocument(made), () => '')
      return 0
    }
    const out = resolve(call.text('out') ?? join(folder, 'report.html'))
    await writeLines(out, [reportPage(made).trimEnd()])
    call.terminal.print(`${out}: ${count(statSync(out).size / 1000)} kB, ${count(made.trades.length)} trades`)
    if (made.market.missing !== '') call.terminal.say(`without prices: ${made.market.missing}`)
    if (call.has('open')) openInBrowser(call.terminal, out)
    return 0
  },
}
