import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { readConfig } from '../config.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']

/** The Chromium of this machine; null where there is none. */
export const chromiumPath = (): string | null => {
  const folders = readConfig().path.split(delimiter)
  const paths = NAMES.flatMap(name => folders.map(folder => join(folder, name)))
  return paths.find(path => existsSync(path)) ?? null
}

export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox'] })

/** A page that has been opened, and all that it did which a page may not do. */
export interface Opened {
  readonly page: Page
  /** Errors and warnings of its console, and what it asked of a network. Each is refused. */
  readonly faults: readonly string[]
}

export interface Wanted {
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly motion?: 'reduce' | 'no-preference'
}

/** Opens a file; whatever else it asks for is refused and written down. */
export const openFile = async (browser: Browser, file: string, wanted: Wanted = {}): Promise<Opened> => {
  const { theme = 'light', width = 1440, motion = 'no-preference' } = wanted
  const context = await browser.newContext({
    ...{ colorScheme: theme, reducedMotion: motion, viewport: { width, height: 900 } },
  })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) faults.push(message.text())
  })
  page.on('pageerror', error => faults.push(String(error)))
  const own = pathToFileURL(file).href
  await page.route('**', route => {
    if (route.request().url() === own) return route.continue()
    faults.push(`asked for ${route.request().url()}`)
    return route.abort()
  })
  await page.goto(own)
  return { page, faults }
}
