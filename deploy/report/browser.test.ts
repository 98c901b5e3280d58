import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, openBrowser, openFile, type Wanted } from '../testing/browser.ts'
import { documentOf, folders, millrace } from '../testing/millrace.ts'

const path = chromiumPath()
const reason = path === null ? ': not run, no Chromium on this machine (on Debian: apt-get install chromium)' : ''
if (path === null) process.stderr.write(`A report in a browser${reason}\n`)
const { make, remove } = folders()

/** Of a screen that shows 60 pictures a second. */
const FRAME_MS = 16

/** More than 10,000 trades in a market of a moment. */
const BUSY = ['--rows', '150000', '--set', 'window=10', '--set', 'enter=0.8', '--set', 'leave=0.4']
const OFTEN = [...BUSY, '--set', 'adxMax=100', '--set', 'oversold=60']

// Skipped where there is no Chromium: it is no package of npm, and what the page is made of has tests without one.
describe.skipIf(path === null)(`a report in a browser${reason}`, () => {
  const home = make()
  const folder = join(home, 'run')
  const file = join(folder, 'report.html')
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let count: number
  const open = (wanted: Wanted = {}, of = file) => openFile(browser, of, wanted)

  beforeAll(async () => {
    const args = ['backtest', 'mean-reversion', ...OFTEN, '--out', folder, '--json']
    count = Number(documentOf(await millrace(args, { home })).trades)
    await millrace(['report', folder], { home })
    browser = await openBrowser(path!)
  })
  afterAll(async () => {
    await browser?.close()
    remove()
  })

  const looks = (['light', 'dark'] as const).flatMap(theme => [1440, 390].map(width => ({ theme, width })))

  it.each(looks)('in $theme at $width px: no fault, nothing too wide, text that can be read', async look => {
    const { page, faults } = await open(look)
    await page.waitForSelector('#price canvas')
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(await page.locator('canvas').count()).toBe(3)
    const paper = look.theme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(17, 21, 28)'
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(paper)
    expect(await page.evaluate(faintest)).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('changes between light and dark by its button', async () => {
    const { page, faults } = await open({ theme: 'dark' })
    const scheme = () => page.evaluate('getComputedStyle(document.documentElement).colorScheme')
    await page.locator('#theme').press('Enter')
    expect(await scheme()).toBe('light')
    await page.locator('#theme').click()
    expect(await scheme()).toBe('dark')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('is read by keys: a cursor through all panes, zoomed together', async () => {
    const { page, faults } = await open()
    const readout = () => page.locator('#readout').textContent()
    expect(await readout()).toContain('Drag to zoom')
    await page.locator('#panes').focus()
    await page.keyboard.press('ArrowLeft')
    const last = await readout()
    expect(last).toMatch(/UTC {3}equity [\d,.]+ USD {3}drawdown −?[\d.]+ % {3}EURUSD 1\.\d{5} to 1\.\d{5}$/)
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await readout()).not.toBe(last)
    const label = () => page.locator('#price').getAttribute('data-label')
    const whole = await label()
    expect(whole).toContain(`${count.toLocaleString('en-US')} trades`)
    for (let i = 0; i < 12; i++) await page.keyboard.press('+')
    await expect.poll(label).toMatch(/^Price, [\d,]+ trades?: a loss is dashed$|^Price$/)
    expect(await page.locator('#all').isEnabled()).toBe(true)
    await page.keyboard.press('0')
    await expect.poll(label).toBe(whole)
    expect(await page.locator('#all').isEnabled()).toBe(false)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('zooms all panes when one is dragged over', async () => {
    const { page } = await open()
    const label = () => page.locator('#price').getAttribute('data-label')
    const whole = await label()
    const box = (await page.locator('#equity .u-over').boundingBox())!
    await page.mouse.move(box.x + box.width * 0.4, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 })
    await page.mouse.up()
    await expect.poll(label).not.toBe(whole)
    await page.locator('#all').click()
    await expect.poll(label).toBe(whole)
    await page.context().close()
  })

  it('filters and sorts its trades, and shows the one that is chosen', async () => {
    const { page, faults } = await open({ motion: 'reduce' })
    const rows = page.locator('#table tbody tr:not([hidden])')
    expect(count).toBeGreaterThan(10_000)
    expect(await rows.count()).toBeLessThan(80)
    expect(await page.locator('#table table').getAttribute('aria-rowcount')).toBe(String(count + 1))
    const nets = readFileSync(join(folder, 'trades.csv'), 'utf8').trim().split('\n').slice(1)
    const least = Math.min(...nets.map(row => Number(row.split(',').at(-1))))
    const shown = least.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    const first = () => page.locator('#table tr[aria-rowindex="2"] td').last().textContent()
    const net = page.locator('#table th', { hasText: 'Net' })
    await net.getByRole('button').press('Enter')
    expect(await first()).toBe(shown.replace('-', '−'))
    expect(await net.getAttribute('aria-sort')).toBe('ascending')
    await page.locator('#filter').fill('sell lost')
    const sold = nets.filter(row => row.includes(',sell,') && row.split(',').at(-1)!.startsWith('-')).length
    await expect
      .poll(() => page.locator('#found').textContent())
      .toContain(`${sold.toLocaleString('en-US')} trades, net`)
    await page.locator('#filter').fill('moon')
    await expect.poll(() => page.locator('#found').textContent()).toContain('0 trades')
    await page.locator('#filter').fill('#77')
    await page.locator('#table').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#price').getAttribute('data-label')).toContain('a loss is dashed')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('scrolls through more than 10,000 trades frame by frame', async () => {
    const { page } = await open()
    let { frames, work, last } = (await page.evaluate(scrolled)) as Scrolled
    const at = (times: readonly number[], share: number) =>
      times.toSorted((a, b) => a - b)[Math.floor(share * times.length)]!
    // One quiet moment of the machine is enough to see what the page itself takes.
    for (let tries = 1; tries < 5 && at(work, 0.5) >= FRAME_MS; tries++)
      ({ frames, work, last } = (await page.evaluate(scrolled)) as Scrolled)
    const told = [0.5, 0.95].map(share => `${at(frames, share).toFixed(1)} (work ${at(work, share).toFixed(1)})`)
    console.log(`${count} trades: ms a frame, half below ${told[0]}, 95 % below ${told[1]}`)
    expect(last).toBe(count)
    expect(at(work, 0.5)).toBeLessThan(FRAME_MS)
    await page.context().close()
  })

  it('tells formula and n of a figure to pointer and keys', async () => {
    const { page } = await open()
    const figure = page.locator('.figure', { hasText: 'Sortino ratio' }).first()
    const told = figure.getByRole('tooltip')
    expect(await told.isVisible()).toBe(false)
    await figure.hover()
    expect(await told.isVisible()).toBe(true)
    await page.mouse.move(0, 0)
    await figure.focus()
    expect(await told.textContent()).toMatch(/; n = \d+$/)
    expect(await told.isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await told.isVisible()).toBe(false)
    await page.context().close()
  })

  it('goes on paper in light, without buttons', async () => {
    const { page, faults } = await open({ theme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#theme').isVisible()).toBe(false)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    const paper = await page.pdf({ format: 'A4' })
    const sheets = paper.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0
    expect(sheets).toBeGreaterThan(10)
    expect(sheets).toBeLessThan(24)
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(await page.locator('#table tbody tr').count()).toBe(500)
    expect(await page.locator('#table tbody tr').last().textContent()).toMatch(/^500/)
    expect(await page.locator('#left').textContent()).toBe(
      `${(count - 500).toLocaleString('en-US')} more trades are in trades.csv.`,
    )
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(await page.locator('#table tbody tr').count()).toBeLessThan(100)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('shows one instrument of several at a time, and that of a trade that is chosen', async () => {
    const rows = Array.from({ length: 8000 }, (_, i) => {
      const price = (1.1 + Math.sin(i / 50) * 0.002).toFixed(5)
      return `${1_704_067_200_000 + i * 1000},${i % 2 === 0 ? 'EURUSD' : 'GBPUSD'},${price},${price}`
    })
    writeFileSync(join(home, 'two.csv'), ['time,instrument,bid,ask', ...rows].join('\n'))
    const two = join(home, 'two')
    const args = ['backtest', 'ema-cross', '--data', 'two.csv', '--set', 'barMs=1000', '--out', two, '--report']
    await millrace(args, { home })
    const { page, faults } = await open({ motion: 'reduce' }, join(two, 'report.html'))
    const shown = () => page.locator('#instrument option:checked').textContent()
    const first = await shown()
    await page.locator('#instrument').selectOption('1')
    expect(await shown()).not.toBe(first)
    await page.locator('#panes').press('ArrowLeft')
    expect(await page.locator('#readout').textContent()).toContain(`${await shown()} 1.`)
    await page.locator('#filter').fill(first!)
    await page.locator('#table tr[aria-rowindex="2"]').click()
    expect(await shown()).toBe(first)
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('has the look of the plots of operators, which change with it', async () => {
    const out = join(home, 'rsi.html')
    await millrace(['features', 'plot', 'rsi', '--out', out], { home })
    const { page, faults } = await open({ theme: 'dark' }, out)
    const colour = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(await colour()).toBe('rgb(17, 21, 28)')
    await page.locator('#theme').click()
    expect(await colour()).toBe('rgb(255, 255, 255)')
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('has no fault without trades and without a tape', async () => {
    const calm = join(home, 'calm')
    await millrace(['backtest', 'ema-cross', '--rows', '2000', '--out', calm], { home })
    await millrace(['report', calm], { home: make() })
    const { page, faults } = await open({}, join(calm, 'report.html'))
    expect(await page.getByText('No position was closed').isVisible()).toBe(true)
    expect(await page.getByText('No prices to draw').isVisible()).toBe(true)
    expect(await page.locator('canvas').count()).toBe(2)
    expect(faults).toEqual([])
    await page.context().close()
  })
})

interface Scrolled {
  readonly frames: readonly number[]
  readonly work: readonly number[]
  readonly last: number
}

/** Texts of less contrast than 4.5 to what is behind them. */
const faintest = `(() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => {
    const part = x => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
  }
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (colour.startsWith('rgb(')) return rgb(colour)
    }
    return [255, 255, 255]
  }
  const faint = new Set()
  for (const element of document.querySelectorAll('body *')) {
    const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '')
    if (!hasText || element.closest('script, style, noscript, svg') || !element.checkVisibility()) continue
    const [one, other] = [light(rgb(getComputedStyle(element).color)), light(behind(element))]
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    if (contrast < 4.5) faint.add(element.tagName + '.' + element.className + ' ' + contrast.toFixed(2))
  }
  return [...faint]
})()`

/**
 * Scrolls three rows a frame, 5,400 pixels a second: how long each frame took, and how long scripts and layout in it.
 * Then to the end: the last trade that is there.
 */
const scrolled = `new Promise(done => {
  const frame = document.getElementById('table')
  frame.scrollTop = 0
  const [frames, work] = [[], []]
  const numbers = () => [...frame.querySelectorAll('tbody tr:not([hidden])')].map(row =>
    Number(row.firstChild.textContent.replaceAll(',', '')))
  let before
  const scroll = to => {
    const began = performance.now()
    frame.scrollTop = to
    frame.dispatchEvent(new Event('scroll'))
    frame.getBoundingClientRect()
    work.push(performance.now() - began)
  }
  const next = now => {
    if (before !== undefined) frames.push(now - before)
    before = now
    if (frames.length < 180) {
      scroll(frame.scrollTop + 90)
      return requestAnimationFrame(next)
    }
    scroll(frame.scrollHeight)
    done({ frames, work, last: Math.max(...numbers()) })
  }
  requestAnimationFrame(next)
})`
