// Measures first visits of all pages with the shipped data: requests, compressed size, units, and the time to the first
// result on a connection of 4 Mbit/s with 100 ms. Writes the table of docs/lab/pages.md.
//   node build/bench/pages/first-visits.js [visits of each page]      default: 5
import { cpus } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { PROJECT_ROOT } from '../../src/root.js'
import { median } from '../measurement.js'
import { writeBetweenMarks } from '../report/write-between-marks.js'
import { type ListedPage, listPages } from './listed-pages.js'
import { type OwnService, openOwnService } from './own-service.js'
import { createSampleWork } from './sample-work.js'

const SLOW = { offline: false, latency: 100, downloadThroughput: 4e6 / 8, uploadThroughput: 4e6 / 8 }
/** After the first result, a page may ask for its lower parts. */
const SETTLED_MILLISECONDS = 1500

interface Visit {
  readonly requests: number
  readonly bytes: number
  readonly units: number
  readonly seconds: number
}

const visits = Number(process.argv[2] ?? 5)
const service = await openOwnService()
try {
  // A worker that trains would need the processor.
  const pages = listPages(await createSampleWork(service, false))
  const lines: string[] = []
  for (const page of pages) {
    const seen: Visit[] = []
    for (let number = 0; number < visits; number++) seen.push(await visit(service, page))
    const of = (read: (each: Visit) => number) => median(seen.map(read))
    const [kilobytes, seconds] = [of(({ bytes }) => bytes) / 1000, of((each) => each.seconds)]
    const path = page.path.replace(/(?<=^\/searches\/).+/, '<id>')
    lines.push(
      `| \`${path}\` | ${of(({ requests }) => requests)} | ${kilobytes.toFixed(0)} | ${of(({ units }) => units)} | ${seconds.toFixed(2)} |`,
    )
    console.log(lines.at(-1))
  }
  const head = ['| Page | Requests | kB, compressed | Units | First result, s |', '| --- | ---: | ---: | ---: | ---: |']
  const machine = `Median of ${visits} visits with an empty cache, on ${cpus()[0].model.trim()}.`
  writeBetweenMarks(
    join(PROJECT_ROOT, 'docs/lab/pages.md'),
    'first-visits',
    [machine, '', ...head, ...lines].join('\n'),
  )
} finally {
  await service.close()
}

async function visit({ address, browser, readUnits }: OwnService, { path, selector }: ListedPage): Promise<Visit> {
  const context = await browser.createBrowserContext()
  try {
    const page = await context.newPage()
    const connection = await page.createCDPSession()
    await connection.send('Network.enable')
    await connection.send('Network.emulateNetworkConditions', SLOW)
    let [requests, bytes] = [0, 0]
    connection.on('Network.requestWillBeSent', ({ request }) => {
      if (!request.url.startsWith('data:')) requests += 1
    })
    // Streams of live results have no end, and little in them.
    connection.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    await page.evaluateOnNewDocument(
      `new MutationObserver((_, observer) => {
        if (document.querySelector(${JSON.stringify(selector)}) === null) return
        observer.disconnect()
        requestAnimationFrame(() => setTimeout(() => { window.firstResultAt = performance.now() }))
      }).observe(document, { subtree: true, childList: true, attributes: true })`,
    )
    const before = await readUnits()
    await page.goto(address + path)
    const handle = await page.waitForFunction('window.firstResultAt')
    const seconds = Number(await handle.jsonValue()) / 1000
    await sleep(SETTLED_MILLISECONDS)
    return { requests, bytes, units: (await readUnits()) - before, seconds }
  } finally {
    await context.close()
  }
}
