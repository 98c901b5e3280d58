import { flagOpen, openInBrowser } from '../look/open.ts'
import { runFolder } from '../manifest.ts'
import { type CalendarName, calendars } from '../report/calendar.ts'
import { figureDocument } from '../report/figure-document.ts'
import { reportOf } from '../report/report.ts'
import { writeReport } from '../report/write.ts'
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
    if (call.has('json')) {
      call.answer(figureDocument(await reportOf(call, folder, { calendar })), () => '')
      return 0
    }
    const path = await writeReport(call, folder, { out: call.text('out'), calendar })
    if (call.has('open')) openInBrowser(call.terminal, path)
    return 0
  },
}
