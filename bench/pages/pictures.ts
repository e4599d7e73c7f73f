// Writes pictures of every page with the shipped data to docs/images/, at the widths of a desktop and of a phone.
//   node build/bench/pages/pictures.js [name of a page ...]      default: all
// Times of day and the speed of the worker differ between runs; everything else is the same.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { PROJECT_ROOT } from '../../src/root.js'
import { DESKTOP, PHONE } from '../../test/support/browser/launch-browser.js'
import { type ListedPage, listPages } from './listed-pages.js'
import { type OwnService, openOwnService } from './own-service.js'
import { createSampleWork } from './sample-work.js'

/** Pixels above the place that a picture begins with. */
const MARGIN = 16
const QUALITY = 70
const IDLE_MILLISECONDS = 1000
/** Streams of live results stay open. */
const STREAMS = 2
const FORMS = [
  { end: '', viewport: DESKTOP, colours: 'light' },
  { end: '-phone', viewport: PHONE, colours: 'dark' },
] as const

const wanted = process.argv.slice(2)
const folder = join(PROJECT_ROOT, 'docs/images')
mkdirSync(folder, { recursive: true })
const service = await openOwnService()
try {
  for (const page of listPages(await createSampleWork(service, true))) {
    if (wanted.length === 0 || wanted.includes(page.name)) await draw(service, page)
  }
} finally {
  await service.close()
}

async function draw(
  { address, browser }: OwnService,
  { name, path, selector, pictureFrom }: ListedPage,
): Promise<void> {
  for (const { end, viewport, colours } of FORMS) {
    const page = await browser.newPage()
    await page.setViewport(viewport)
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: colours },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ])
    await page.goto(address + path)
    await page.waitForSelector(selector)
    await page.waitForNetworkIdle({ idleTime: IDLE_MILLISECONDS, concurrency: STREAMS })
    if (pictureFrom) {
      await page.evaluate(
        `scrollTo(0, document.querySelector('${pictureFrom}').getBoundingClientRect().top - ${MARGIN})`,
      )
      await page.waitForNetworkIdle({ idleTime: IDLE_MILLISECONDS, concurrency: STREAMS })
    }
    const file = join(folder, `${name}${end}.webp`) as `${string}.webp`
    await page.screenshot({ path: file, type: 'webp', quality: QUALITY })
    await page.close()
    console.log(file)
  }
}
