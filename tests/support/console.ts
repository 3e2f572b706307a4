import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { createUser } from '../../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../../packages/server/src/config/config.ts'
import { operator } from '../../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../../packages/server/src/main.ts'
import { type TestLog, type TestWorld, testLog } from '../../packages/server/test/app.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import { eventually } from '../../packages/server/test/second-app.ts'
import { buildConsole } from '../../tools/build/console.ts'
import { chromiumLaunch } from './chromium.ts'

export const password = 'a lamp, a latch and a key'

/** A real server, with people in it, and a real browser for its console. */
export interface OpenedConsole {
  readonly server: RunningServer
  readonly issuer: string
  readonly log: TestLog
  readonly context: BrowserContext
  readonly page: Page
  /** Anything of this is a fault, whichever test it happened in. */
  readonly faults: string[]
  close(): Promise<void>
}

/**
 * `people` are user names and what type they are of. Without a world, time is the machine's. Passkeys are for names, such as the host
 * `localhost`. `more`: further settings.
 */
export async function openConsole(
  people: Readonly<Record<string, string>>,
  world?: TestWorld,
  host = '127.0.0.1',
  more: Readonly<Record<string, string>> = {},
): Promise<OpenedConsole> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-console-'))
  const port = await freePort()
  const issuer = `http://${host}:${port}`
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
    ...more,
  }
  const log = testLog()
  const config = readConfig(settings, 'development')
  const server = await startServer(config, { log, buildConsole, ...(world && { world }) })
  const hash = await server.app.passwords.hash(password, [])
  for (const [username, userType] of Object.entries(people)) {
    await createUser(server.app, operator, { username, userType }, hash)
  }
  const context = await chromium.launchPersistentContext(join(directory, 'profile'), {
    ...chromiumLaunch,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
  })
  context.setDefaultTimeout(60_000)
  return {
    server,
    issuer,
    log,
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    faults: faultsIn(context, issuer),
    async close() {
      await context.close()
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function faultsIn(context: BrowserContext, issuer: string): string[] {
  const faults: string[] = []
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== issuer) faults.push(`a request to ${request.url()}`)
  })
  context.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (response.status() >= 400 && !pathname.startsWith('/v1/'))
      faults.push(`${response.status()} ${pathname}`)
  })
  context.on('weberror', (error) => faults.push(String(error.error())))
  context.on('console', (message) => {
    // The browser calls each refusal of the interface an error; those outside of it are told above.
    const asked = message.text().startsWith('Failed to load resource')
    if (['error', 'warning'].includes(message.type()) && !asked) faults.push(message.text())
  })
  return faults
}

/** Fill the form and send it, in English. */
export async function signIn(page: Page, username: string, given = password): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password').fill(given)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Waits until so many are found and no more: what the page is about to take away is still there when it is counted at once. */
export async function exactly(found: Locator, count: number): Promise<void> {
  if (count > 0) await found.nth(count - 1).waitFor()
  await found.nth(count).waitFor({ state: 'detached' })
}

/** The texts of what is found, once there are so many and no more: to read them does not wait for the page by itself. */
export async function textsOf(found: Locator, count: number): Promise<string[]> {
  await exactly(found, count)
  return found.allInnerTexts()
}

/** The texts of what is found come to be these: a page that is told of a change shows it a moment later. */
export async function hasTexts(found: Locator, expected: readonly string[]): Promise<void> {
  let texts: string[] = []
  await eventually(async () => {
    texts = (await found.allInnerTexts()).map((text) => text.trim())
    return isDeepStrictEqual(texts, expected)
  }).catch(() => assert.deepEqual(texts, expected))
}

/** What customers may do, in tokens that are issued from now on. */
export async function allow({ server }: OpenedConsole, ...permissions: readonly string[]): Promise<void> {
  const sql = 'UPDATE user_types SET permissions = $1 WHERE name = $2'
  await server.app.db.transaction((tx) => tx.query(sql, permissions.join(' '), 'customer'))
}
