import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { requireFactorOfType } from '../packages/server/src/accounts/factors/administer.ts'
import { createUserType } from '../packages/server/src/accounts/user-types/user-types.ts'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { authenticatorOf } from '../packages/server/test/factors.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// Signing in by the pages of the server, in a browser that runs no script and in one that does.

let opened: OpenedConsole
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ ada: 'customer' })
  const { app } = opened.server
  await createUserType(app, operator, { name: 'staff', description: '', permissions: [] })
  await requireFactorOfType(app, operator, 'staff', 0)
  const hash = await app.passwords.hash(password, [])
  await createUser(app, operator, { username: 'linus', userType: 'staff' }, hash)
})
after(() => opened?.close())

test('without script: a wrong password, then the right one; after Back, once more', options, async () => {
  const context = await newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${opened.issuer}/sign-in`)
  await signIn(page, 'ada', 'not her password at all')
  await page.getByText('The user name or the password is not right.').waitFor()
  // The name stands in its field already.
  assert.equal(await page.getByLabel('User name').inputValue(), 'ada')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${opened.issuer}/console`)
  assert.equal((await context.cookies()).filter(({ httpOnly }) => httpOnly).length, 3)
  await page.goto(`${opened.issuer}/sign-in`)
  await signIn(page, 'ada')
  await page.waitForURL(`${opened.issuer}/console`)
  await page.goBack()
  await signIn(page, 'ada')
  await page.waitForURL(`${opened.issuer}/console`)
  await context.close()
})

test(
  'without script: an authenticator is enrolled by its typed key, and the codes are read in peace',
  options,
  async () => {
    const context = await newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${opened.issuer}/sign-in`)
    await signIn(page, 'linus')
    await page.getByRole('heading', { name: 'Your account needs a second factor' }).waitFor()
    const instead = 'Set up a passkey instead, on a page that needs JavaScript'
    assert.equal(await page.getByRole('link', { name: instead }).getAttribute('href'), '/console')
    const key = (await page.locator('code').innerText()).replaceAll(' ', '')
    const { code } = authenticatorOf(opened.server.app, key)
    await page.getByLabel('Code', { exact: true }).fill(code())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    assert.equal(await page.locator('li code').count(), 10)
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.waitForURL(`${opened.issuer}/console`)
    await context.close()
  },
)

test('with script, one is signed in to the console, and again after a reload', options, async () => {
  const context = await newContext({})
  const page = await context.newPage()
  await page.goto(`${opened.issuer}/sign-in`)
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  await context.close()
})

async function newContext(more: { javaScriptEnabled?: boolean }) {
  const browser = opened.context.browser() ?? assert.fail('a persistent context has no browser')
  const context = await browser.newContext({ locale: 'en-GB', ...more })
  context.setDefaultTimeout(30_000)
  return context
}
