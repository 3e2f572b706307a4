import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import { placeApplication } from '../../packages/server/test/applications.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import { chromiumLaunch, inChromium as options } from '../../tests/support/chromium.ts'
import { signIn } from '../../tests/support/console.ts'
import { startExample } from '../running.test-support.ts'
import { password, startLatchkey } from '../server.test-support.ts'

const program = fileURLToPath(new URL('serve.ts', import.meta.url))

async function start(t: TestContext) {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const { server, issuer, ada } = await startLatchkey(t, { LATCHKEY_CORS_ORIGINS: origin })
  const { id } = await placeApplication(server, {
    ...{ name: 'Page', type: 'browser', authentication: 'none', redirect_uris: [`${origin}/back`] },
    ...{ logout_uris: [`${origin}/`], grants: ['authorization_code', 'refresh_token'] },
    ...{ scopes: ['openid', 'profile'], requires_dpop: true },
  })
  await startExample(t, program, { LATCHKEY_ISSUER: issuer, CLIENT_ID: id, PORT: String(port) })
  const browser = await chromium.launch(chromiumLaunch)
  t.after(() => browser.close())
  const context = await browser.newContext({ locale: 'en-GB' })
  context.setDefaultTimeout(60_000)
  const faults: string[] = []
  context.on('weberror', (error) => faults.push(String(error.error())))
  context.on('console', (message) => {
    if (/Content Security Policy|CORS/.test(message.text())) faults.push(message.text())
  })
  return { issuer, ada, origin, context, faults }
}

const said = (page: Page, text: string) => page.locator('output').getByText(text, { exact: true }).waitFor()
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

test(
  'a page of another origin signs in by redirect, with a bound token, in all its tabs, and out of everything',
  options,
  async (t) => {
    const { ada, origin, context, faults } = await start(t)
    const page = await context.newPage()
    await page.goto(`${origin}/cart`)
    await said(page, 'nobody is signed in')
    await press(page, 'Sign in')
    await signIn(page, 'ada', password)
    const back = page.waitForRequest((request) => request.url().startsWith(`${origin}/back?`))
    await page.getByRole('heading', { name: 'Let Page in?' }).waitFor()
    await press(page, 'Allow')
    await said(page, 'hello ada')
    assert.equal(page.url(), `${origin}/cart`, 'where they were, without the code')
    const asked = page.waitForRequest(`${origin}/me`)
    await press(page, 'Who am I?')
    await said(page, `you are ${ada.id}`)
    const { authorization = '', dpop } = await (await asked).allHeaders()
    assert.match(authorization, /^DPoP /)
    assert.notEqual(dpop, undefined)
    // Whoever takes the token out of the page has nothing.
    for (const scheme of ['DPoP', 'Bearer']) {
      const stolen = authorization.replace('DPoP', scheme)
      assert.equal((await fetch(`${origin}/me`, { headers: { authorization: stolen } })).status, 401)
    }
    const stored = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'
    assert.equal(await page.evaluate(stored), '[{},{},""]')

    // Another tab has the session; the answer is worth nothing there, nor a second time in the tab that it came to.
    const tab = await context.newPage()
    await tab.goto(`${origin}/`)
    await said(tab, 'hello ada')
    for (const one of [tab, page]) {
      await one.goto((await back).url())
      await said(one, 'this answer belongs to no sign-in that was begun here')
    }
    // The session is in the tabs alone: one of them has it while the other comes anew.
    for (const one of [tab, page]) {
      await one.goto(`${origin}/`)
      await said(one, 'hello ada')
    }

    await press(page, 'Sign out')
    await said(tab, 'nobody is signed in')
    await said(page, 'nobody is signed in')
    assert.equal(page.url(), `${origin}/`, 'by the server, which asks nothing, and back')
    await press(page, 'Sign in')
    await page.getByLabel('Password').waitFor()
    assert.deepEqual(faults, [])
  },
)

test(
  'who does not let the page in is told so, and an answer in a tab that did not ask is none',
  options,
  async (t) => {
    const { origin, context, faults } = await start(t)
    const page = await context.newPage()
    await page.goto(origin)
    await press(page, 'Sign in')
    await signIn(page, 'ada', password)
    await press(page, 'Do not allow')
    await said(page, 'you did not let this page in')
    assert.equal(page.url(), `${origin}/`)

    await press(page, 'Sign in')
    // The answer is held back, and opened in another tab.
    const { promise, resolve } = Promise.withResolvers<string>()
    await page.route(/\/back\?/, (route) => {
      resolve(route.request().url())
      return route.abort()
    })
    await press(page, 'Allow')
    const tab = await context.newPage()
    await tab.goto(await promise)
    await said(tab, 'this answer belongs to no sign-in that was begun here')
    assert.equal(await tab.getByRole('button', { name: 'Sign in' }).isEnabled(), true)
    assert.deepEqual(faults, [])
  },
)
