import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// API keys: made on a page of one's own account, shown once, and revoked there or by an administrator.

let opened: OpenedConsole
let page: Page
let key: string

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/account`)
  await signIn(page, 'ada')
  await page.getByRole('list', { name: 'My account' }).getByRole('link', { name: 'API keys' }).click()
  await page.getByText('No API keys.').waitFor()
})
after(() => opened?.close())

const isTaken = async () => {
  const answer = await fetch(`${opened.issuer}/v1/me`, { headers: { authorization: `Bearer ${key}` } })
  return answer.status === 200
}

test('a key is made with what is chosen, and its text is shown once', options, async () => {
  const form = page.getByRole('region', { name: 'Make an API key' })
  const send = form.getByRole('button', { name: 'Make an API key' })
  await form.getByLabel('Name').fill('night lamp')
  await send.click()
  await form.getByText('Choose one thing at least that it may do.').waitFor()
  assert.equal(await form.getByLabel('Name').inputValue(), 'night lamp')
  await form.getByLabel('devices:view').check()
  await form.getByLabel('Ends in so many days').fill('7')
  await send.click()
  const text = form.getByText(/^lk_key_eyJ/)
  key = await text.innerText()
  assert.deepEqual(await axeFaults(page), [])
  await form.getByRole('button', { name: 'I have kept it' }).click()
  await text.waitFor({ state: 'detached' })
  assert.ok(await isTaken())
  const table = page.getByRole('table', { name: 'API keys' })
  await hasTexts(table.locator('td[data-title="Scopes"]'), ['devices:view'])
  await hasTexts(table.locator('td[data-title="Last use"]'), ['never'])
})

test('it is revoked with the second press, which says what that means', options, async () => {
  const revoke = page.getByRole('button', { name: 'Revoke the API key night lamp', exact: true })
  await revoke.click()
  await page.getByText('Whatever uses it is refused everywhere within a second.').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.ok(await isTaken())
  await revoke.click()
  await page.getByRole('button', { name: 'Revoke the API key night lamp now' }).click()
  await page.getByText('by hand').waitFor()
  assert.equal(await isTaken(), false)
  assert.equal(await revoke.count(), 0)
})

test('for a service it takes words of the service, and says what is wrong with them', options, async () => {
  const form = page.getByRole('region', { name: 'Make an API key' })
  await form.getByLabel('Name').fill('pages')
  await form.getByLabel('Audience of a service').fill('https://pages.example')
  await form.getByLabel('Scopes at the service').fill('pages:read')
  assert.equal(await form.getByLabel('devices:view').count(), 0)
  await form.getByRole('button', { name: 'Make an API key' }).click()
  await form.getByText('There is no service with this audience.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
})

test('an administrator sees the keys of a person, and revokes one', options, async () => {
  const { server, issuer } = opened
  const [ada] = await server.app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'ada'")
  const form = page.getByRole('region', { name: 'Make an API key' })
  await form.getByLabel('Audience of a service').fill('')
  await form.getByLabel('Name').fill('left behind')
  await form.getByLabel('devices:view').check()
  await form.getByRole('button', { name: 'Make an API key' }).click()
  key = await form.getByText(/^lk_key_eyJ/).innerText()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, 'admin')
  await page.getByRole('link', { name: 'People' }).waitFor()
  await page.goto(`${issuer}/console#/people/${ada?.id}`)
  const section = page.getByRole('region', { name: 'API keys' })
  await section.getByRole('button', { name: 'Revoke the API key left behind', exact: true }).click()
  await section.getByRole('button', { name: 'Revoke the API key left behind now' }).click()
  await hasTexts(section.locator('td[data-title="State"] .word'), ['revoked', 'revoked'])
  assert.equal(await isTaken(), false)
  assert.deepEqual(opened.faults, [])
})
