// The browser of the tests: the one that CHROME_PATH names, else the one inside the package @sparticuz/chromium on Linux with
// an x64 processor, else an installed Chrome.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const INSTALLED = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The environment of tests that start a browser; empty if this machine has none. The first call takes some seconds. */
export function findTestBrowser() {
  const packed = process.platform === 'linux' && process.arch === 'x64' ? unpackChromium() : null
  const installed = INSTALLED.filter((path) => existsSync(path)).map((path) => ({ TEST_BROWSER: path }))
  const named = process.env.CHROME_PATH ? [{ TEST_BROWSER: process.env.CHROME_PATH }] : []
  const unpacked = packed === null ? [] : [{ TEST_BROWSER: join(packed, 'chromium') }]
  // Small images of Linux lack libraries that the package brings too.
  const complete = unpacked.map((found) => ({ ...found, TEST_BROWSER_LIBRARIES: join(packed, 'al2023/lib') }))
  return [...named, ...unpacked, ...complete, ...installed].find(canRun) ?? {}
}

/** Unpacks the browser once for each version of the package. A folder that is complete takes its place. */
function unpackChromium() {
  const manifest = join(root, 'node_modules/@sparticuz/chromium/package.json')
  if (!existsSync(manifest)) return null
  const home = join(tmpdir(), `actbench-chromium-${JSON.parse(readFileSync(manifest, 'utf8')).version}`)
  if (existsSync(home)) return home
  const fresh = mkdtempSync(join(tmpdir(), 'actbench-chromium-'))
  const script = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())"
  // The package unpacks into the folder for temporary files, and its libraries only on the systems that usually run it.
  const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
  const { status } = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    if (status === 0) renameSync(fresh, home)
  } catch {
    // Another process was faster.
  }
  rmSync(fresh, { recursive: true, force: true })
  return existsSync(home) ? home : null
}

function canRun({ TEST_BROWSER, TEST_BROWSER_LIBRARIES }) {
  const env = { ...process.env, ...(TEST_BROWSER_LIBRARIES && { LD_LIBRARY_PATH: TEST_BROWSER_LIBRARIES }) }
  return spawnSync(TEST_BROWSER, ['--version', '--no-sandbox'], { env, stdio: 'ignore', timeout: 60_000 }).status === 0
}
