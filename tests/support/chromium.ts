import { existsSync } from 'node:fs'

const program = '/usr/bin/chromium'

/** Options of a test that needs Debian's Chromium; where it is not installed, the reason why it is skipped. */
export const inChromium = {
  skip: existsSync(program) ? (false as const) : 'chromium is not installed',
  timeout: 120_000,
}

/** How tests launch it: as root may, without a screen, and so that it speaks to nobody but the test. */
export const chromiumLaunch = {
  executablePath: program,
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
