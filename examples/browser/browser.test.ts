import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium, type Route } from 'playwright-core'
import { freePort } from '../../packages/server/test/free-port.ts'
import { eventually } from '../../packages/server/test/second-app.ts'
import { chromiumLaunch, inChromium as options } from '../../tests/support/chromium.ts'
import { startExample } from '../running.test-support.ts'
import { password, startLatchkey } from '../server.test-support.ts'

test('the page signs in, asks the API, renews its token, and signs out everywhere', options, async (t) => {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const { issuer, ada } = await startLatchkey(t, { LATCHKEY_CORS_ORIGINS: origin })
  const program = fileURLToPath(new URL('serve.ts', import.meta.url))
  await startExample(t, program, { LATCHKEY_ISSUER: issuer, PORT: String(port) })
  const browser = await chromium.launch(chromiumLaunch)
  t.after(() => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(60_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy|CORS/.test(message.text())) faults.push(message.text())
  })
  await page.goto(origin)
  const said = (text: string) => page.locator('output').getByText(text, { exact: true }).waitFor()
  const signIn = async (given: string) => {
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill(given)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  await signIn('not her password at all')
  await said('that was not right')
  assert.equal(await page.getByRole('button', { name: 'Who am I?' }).isEnabled(), false)
  await signIn(password)
  await said('signed in')
  const asked = page.waitForRequest(`${origin}/me`)
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await said(`you are ${ada.id}`)
  const first = (await asked).headers().authorization ?? ''

  // As if the token had run out: the API refuses it once, in the words of its guard.
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  let isRefused = false
  // It stays: a request that is under way while a route is taken away may be lost to those who wait for it here.
  await page.route(`${origin}/me`, (route) => {
    if (isRefused) return route.continue()
    isRefused = true
    return route.fulfill({ status: 401, headers, body: '{}' })
  })
  // The browser may ask first whether it is allowed to ask (CORS), which is another response of the same address.
  const renewed = page.waitForResponse(
    (response) => response.url() === `${issuer}/v1/refresh` && response.request().method() === 'POST',
  )
  const again = page.waitForResponse((response) => response.url() === `${origin}/me` && response.ok())
  await page.getByRole('button', { name: 'Who am I?' }).click()
  assert.equal((await renewed).status(), 200)
  const second = (await (await again).request().allHeaders()).authorization ?? ''
  assert.notEqual(second, first)

  const stored = await page.evaluate(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
  )
  assert.equal(stored, '[{},{},""]')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await said('signed out')
  // Whoever kept the token has nothing of it: the guard of the API heard that the session is over.
  for (const authorization of [first, second]) {
    await eventually(async () => {
      const response = await fetch(`${origin}/me`, { headers: { authorization } })
      return response.status === 401 && (await response.text()).includes('"reason":"revoked"')
    })
  }
  assert.deepEqual(faults, [])
})

/** A page of an origin that the server was not told of, before it is opened. */
async function pageOfStranger(t: TestContext) {
  const { issuer } = await startLatchkey(t, { LATCHKEY_CORS_ORIGINS: 'https://app.example' })
  const program = fileURLToPath(new URL('serve.ts', import.meta.url))
  const origin = await startExample(t, program, { LATCHKEY_ISSUER: issuer })
  const browser = await chromium.launch(chromiumLaunch)
  t.after(() => browser.close())
  return { issuer, origin, page: await browser.newPage() }
}

test('a form is sent by nobody before the script that sends it is ready', options, async (t) => {
  const { origin, page } = await pageOfStranger(t)
  const asked = Promise.withResolvers<Route>()
  await page.route(`${origin}/.well-known/oauth-protected-resource`, asked.resolve)
  await page.goto(origin)
  const held = await asked.promise
  const button = page.getByRole('button', { name: 'Sign in' })
  await page.getByLabel('User name').fill('ada')
  await page.getByLabel('Password').fill(password)
  assert.equal(await button.isEnabled(), false)
  await page.getByLabel('Password').press('Enter')
  await held.continue()
  await button.click()
  await page.locator('output').getByText('the issuer cannot be reached').waitFor()
  // A password in an address would be in the history of the browser and in the log of the server.
  assert.equal(page.url(), `${origin}/`)
})

test('a page of an origin that the server was not told of cannot sign in', options, async (t) => {
  const { issuer, origin, page } = await pageOfStranger(t)
  await page.goto(origin)
  const outcome = `fetch('${issuer}/v1/login', { method: 'POST', headers: { 'content-type': 'application/json' },
    body: '{"username":"ada","password":"${password}"}' }).then(() => 'answered', () => 'stopped')`
  assert.equal(await page.evaluate(outcome), 'stopped')
  await page.getByLabel('User name').fill('ada')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('output').getByText('the issuer cannot be reached').waitFor()
})
