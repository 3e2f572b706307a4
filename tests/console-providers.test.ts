import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn } from './support/console.ts'

// Providers: added on one page; on another changed, disabled, enabled and removed.

let opened: OpenedConsole
let page: Page
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/providers`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Sign-in providers', level: 1 }).waitFor()
})
after(() => opened?.close())

const stored = async (key: string) => {
  const sql = 'SELECT * FROM providers WHERE key = $1'
  const [row] = await opened.server.app.db.query<Record<string, unknown>>(sql, key)
  return row
}

test('a provider is added, and what cannot be is refused', options, async () => {
  await page.getByText('No providers yet.').waitFor()
  const form = page.getByRole('region', { name: 'Add a provider' })
  const send = form.getByRole('button', { name: 'Add a provider' })
  await form.getByLabel('Kind').selectOption('google')
  await form.getByLabel('Key', { exact: true }).fill('google')
  await form.getByLabel('Client id').fill('us.apps.googleusercontent.com')
  await form.getByLabel('Client secret').fill('a typed secret')
  await form.getByLabel('Makes people of type').fill('administrator')
  await send.click()
  await form.getByText('This user type permits more than strangers may have.').waitFor()
  await form.getByLabel('Makes people of type').fill('customer')
  await form.getByLabel('Domains whose addresses it proves').fill('gmail.com example.com')
  await send.click()
  await page.getByRole('link', { name: 'google', exact: true }).waitFor()
  const row = await stored('google')
  assert.deepEqual(
    [row?.name, row?.issuer, row?.email_domains],
    ['Google', 'https://accounts.google.com', 'gmail.com example.com'],
  )
  assert.deepEqual(await axeFaults(page), [])
})

test('Apple is asked for the key that signs', options, async () => {
  const form = page.getByRole('region', { name: 'Add a provider' })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await form.getByLabel('Kind').selectOption('apple')
  await form.getByLabel('Key', { exact: true }).fill('apple')
  await form.getByLabel('Client id').fill('example.latchkey.web')
  await form.getByLabel('Team id of Apple').fill('TEAM')
  await form.getByLabel('Key id of Apple').fill('KEY')
  await form
    .getByLabel('Private key of Apple')
    .fill(String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  assert.deepEqual(await axeFaults(page), [])
  await form.getByRole('button', { name: 'Add a provider' }).click()
  await page.getByRole('link', { name: 'apple', exact: true }).waitFor()
  assert.equal((await stored('apple'))?.response_mode, 'form_post')
})

test('its page has the address that it leads back to, and changes what is typed', options, async () => {
  await page.getByRole('link', { name: 'google', exact: true }).click()
  await page.getByRole('heading', { name: 'Google', level: 1 }).waitFor()
  await page.getByText(`${opened.issuer}/sign-in/back/google`).waitFor()
  const form = page.getByRole('region', { name: 'Its settings' })
  const before = (await stored('google'))?.secret_sealed
  await form.getByLabel('Name on the button').fill('Google Workspace')
  await form.getByLabel('Its methods (amr)').fill('mfa hwk')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('It is saved.').waitFor()
  await page.getByRole('heading', { name: 'Google Workspace', level: 1 }).waitFor()
  const row = await stored('google')
  assert.deepEqual([row?.factor_amr, row?.secret_sealed === before], ['mfa hwk', false])
  assert.ok(!(await page.content()).includes('a typed secret'))
})

test('what somebody else has changed meanwhile is not undone', options, async () => {
  const form = page.getByRole('region', { name: 'Its settings' })
  const { db } = opened.server.app
  await page.route('**/v1/providers/google', (route) =>
    route.request().method() === 'GET' ? route.abort() : route.fallback(),
  )
  await db.transaction((tx) =>
    tx.query(
      "UPDATE providers SET name = 'Theirs', version = version + 1 WHERE key = 'google' RETURNING key",
    ),
  )
  await form.getByLabel('Name on the button').fill('Mine')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('It has changed meanwhile, so this was not done.').waitFor()
  await page.unroute('**/v1/providers/google')
  assert.equal((await stored('google'))?.name, 'Theirs')
})

test('it is disabled, enabled, and removed with the second press', options, async () => {
  await page.reload()
  await page.getByRole('button', { name: 'Disable the provider' }).click()
  await page.getByText('Nobody signs in there any more').waitFor()
  await page.getByRole('button', { name: 'Disable it now' }).click()
  await page.getByRole('button', { name: 'Enable the provider' }).click()
  await page.getByRole('button', { name: 'Disable the provider' }).click()
  await page.getByRole('button', { name: 'Disable it now' }).click()
  await page.getByRole('button', { name: 'Remove the provider' }).click()
  await page.getByText('0 linked identities go with it.').waitFor()
  await page.getByRole('button', { name: 'Remove it now' }).click()
  await page.getByRole('heading', { name: 'Sign-in providers', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'google', exact: true }).waitFor({ state: 'detached' })
  assert.equal(await stored('google'), undefined)
})

test('nothing went wrong behind the pages', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
