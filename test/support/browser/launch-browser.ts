import puppeteer, { type Browser } from 'puppeteer-core'

/** A busy machine needs longer than the 30 s of the browser's driver. */
export const TIMEOUT_MILLISECONDS = 120_000
export const DESKTOP = { width: 1280, height: 800 }
export const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

/** Starts the browser of the tests, which `find-browser.mjs` looks for. The caller must close it. */
export function launchBrowser(): Promise<Browser> {
  const { TEST_BROWSER, TEST_BROWSER_LIBRARIES } = process.env
  return puppeteer.launch({
    executablePath: TEST_BROWSER,
    headless: 'shell',
    args: [
      ...['--no-sandbox', '--lang=en-US', '--font-render-hinting=none', '--force-color-profile=srgb'],
      // Machines for tests have no graphics card, so WebGL is drawn by the processor.
      '--enable-unsafe-swiftshader',
    ],
    env: {
      ...process.env,
      LANG: 'en_US.UTF-8',
      ...(TEST_BROWSER_LIBRARIES && { LD_LIBRARY_PATH: TEST_BROWSER_LIBRARIES }),
    },
    defaultViewport: DESKTOP,
    timeout: TIMEOUT_MILLISECONDS,
    protocolTimeout: TIMEOUT_MILLISECONDS,
  })
}
