import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { decodeUnverified } from 'latchkey/token'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, password, signIn, textsOf } from './support/console.ts'

// Services: registered on one page; on another given scopes, keys and a shape of their tokens, and turned off.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/services`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Services', level: 1 }).waitFor()
})
after(() => opened?.close())

/** The header and the claims of a token for the service, as ada gets it; the code of the refusal if there is none. */
async function tokenOfAda(): Promise<
  { alg: unknown; typ: unknown; claims: Record<string, unknown> } | string
> {
  const response = await fetch(`${opened.issuer}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password, resource: 'pages' }),
  })
  const body = (await response.json()) as { access_token?: string; code?: string }
  if (body.access_token === undefined) return String(body.code)
  const { header, claims } = decodeUnverified(body.access_token)
  return { alg: header.alg, typ: header.typ, claims: { ...claims } }
}

test('a service is registered, and its secret is shown once', options, async () => {
  await page.getByText('No services yet.').waitFor()
  const form = page.getByRole('region', { name: 'Register a service' })
  const send = form.getByRole('button', { name: 'Register a service' })
  await form.getByLabel('Name').fill('pages')
  await form.getByLabel('Audience').fill('pages')
  await form.getByLabel('Scopes it knows').fill('pages')
  await send.click()
  await form.getByText('A scope is a word of ASCII with a colon').waitFor()
  await form.getByLabel('Scopes it knows').fill('pages:read\n\n  pages:write ')
  await send.click()
  const secret = form.getByText(/^lk_service_/)
  await secret.waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await form.getByRole('button', { name: 'I have kept it' }).click()
  await secret.waitFor({ state: 'detached' })
  await form.getByLabel('Name').fill('pages')
  await send.click()
  await form.getByText('There is a service of this name').waitFor()
  const table = page.getByRole('table', { name: 'Services' })
  await hasTexts(table.locator('td[data-title="Audience"]'), ['pages'])
})

test(
  'a scope is given and taken back with the second press, which says what that means',
  options,
  async () => {
    await page.getByRole('link', { name: 'pages', exact: true }).click()
    await page.getByRole('heading', { name: 'pages', level: 1 }).waitFor()
    assert.equal(await tokenOfAda(), 'scope_invalid')
    const section = page.getByRole('region', { name: 'Who has its scopes' })
    const give = section.getByRole('button', { name: 'Give a scope' })
    await section.getByLabel('Which').fill('wizards')
    await give.click()
    await section.getByText('There is no user type of this name.').waitFor()
    await section.getByLabel('Which').fill('customer')
    await give.click()
    await section.getByText('people of type customer').first().waitFor()
    await section.getByLabel('To', { exact: true }).selectOption('devices')
    await give.click()
    await hasTexts(section.locator('td[data-title="Who"]'), ['all devices', 'people of type customer'])
    const token = await tokenOfAda()
    assert.ok(typeof token === 'object')
    assert.equal(token.claims.scope, 'pages:read')
    await section.getByRole('button', { name: 'Take back pages:read of all devices' }).click()
    await section.getByText('New tokens of all devices do not have pages:read.').waitFor()
    await section.getByRole('button', { name: 'Take it back now' }).click()
    await hasTexts(section.locator('td[data-title="Who"]'), ['people of type customer'])
  },
)

test('what its tokens say is chosen, and what would be unsafe is refused', options, async () => {
  const section = page.getByRole('region', { name: 'What its tokens say' })
  const save = section.getByRole('button', { name: 'Save what its tokens say' })
  await section.getByLabel('Further claims').fill('sub=somebody')
  await save.click()
  await section.getByText('the claim sub is written by the server alone').waitFor()
  await section.getByLabel('Further claims').fill('groups={scopes}\nlevel=3')
  await section.getByLabel('Signed by').selectOption('shared')
  await section.getByLabel('Algorithm').selectOption('HS384')
  await section.getByLabel('typ', { exact: true }).fill('JWT')
  await save.click()
  await page.getByText('a shared key, HS384').waitFor()
  assert.equal(await tokenOfAda(), 'resource_unknown', 'there is no key yet')
})

test('a shared key is made, the next one beside it, and one is taken away', options, async () => {
  const section = page.getByRole('region', { name: 'Shared keys' })
  await section.getByText('There is no key, so there are no tokens for it.').waitFor()
  await section.getByRole('button', { name: 'Make a key' }).click()
  await section.getByText('A key is made, and signs at once.').waitFor()
  await section.getByRole('button', { name: 'Make a key' }).click()
  await section.getByText(/^lk_shared_/).waitFor()
  await section.getByRole('button', { name: 'I have kept it' }).click()
  const token = await tokenOfAda()
  assert.ok(typeof token === 'object')
  assert.deepEqual(
    [token.alg, token.typ, token.claims.groups, token.claims.level],
    ['HS384', 'JWT', ['pages:read'], 3],
  )
  await section.getByRole('button', { name: 'Make the next key' }).click()
  await section.getByLabel('It signs in so many minutes').fill('30')
  assert.deepEqual(await axeFaults(page), [])
  await section.getByRole('button', { name: 'Make the next key' }).click()
  await section.getByRole('button', { name: 'I have kept it' }).click()
  const states = await textsOf(section.locator('td[data-title="State"]'), 2)
  assert.match(states[0] ?? '', /^will sign, after /)
  assert.equal(states[1], 'signs')
  await section.getByRole('button', { name: 'Make the next key' }).click()
  await section.getByRole('button', { name: 'Make the next key' }).click()
  await section.getByText('There are two keys.').waitFor()
  await section.getByRole('button', { name: 'Cancel' }).click()
  await section
    .getByRole('button', { name: /^Take away the key/ })
    .first()
    .click()
  await section.getByText('Nothing is signed by').waitFor()
  await section.getByRole('button', { name: 'Take it away now' }).click()
  await hasTexts(section.locator('td[data-title="State"]'), ['signs'])
})

test('with another profile, the keys of its own are there and rotate', options, async () => {
  const section = page.getByRole('region', { name: 'What its tokens say' })
  await section.getByLabel('Profile').selectOption('ejabberd')
  await section.getByText('With another profile, everything is as it is shipped.').waitFor()
  await section.getByRole('button', { name: 'Save what its tokens say' }).click()
  const keys = page.getByRole('region', { name: 'Its own keys' })
  assert.deepEqual((await textsOf(keys.locator('td[data-title="State"]'), 2)).sort(), [
    'active: signs',
    'next: in the set, signs nothing yet',
  ])
  await keys.getByRole('button', { name: 'Rotate' }).click()
  await keys.getByText('Tokens are signed by the next key from now on.').waitFor()
  await keys.getByRole('button', { name: 'Rotate now' }).click()
  await keys.getByText('retired: in the set until its tokens have ended').waitFor()
  const set = await (await fetch(String(await keys.getByRole('link').getAttribute('href')))).json()
  assert.equal((set as { keys: unknown[] }).keys.length, 3)
  // The set was fetched just now, with the next key in it.
  await keys.getByText('A rotation cuts off nobody that is known.').waitFor()
  const row = keys.getByRole('row').filter({ hasText: 'retired: in the set' })
  await row.getByRole('button', { name: 'Revoke' }).click()
  await row.getByText('The key leaves the set of this service').waitFor()
  await row.getByRole('button', { name: 'Revoke it now' }).click()
  await keys.getByText('revoked: in no key set').waitFor()
  const later = await (await fetch(String(await keys.getByRole('link').getAttribute('href')))).json()
  assert.equal((later as { keys: unknown[] }).keys.length, 2)
})

test(
  'the configuration of the other program is there to be copied, with what the program takes though it should not',
  options,
  async () => {
    const section = page.getByRole('region', { name: 'Configuration of the program' })
    await section.locator('summary', { hasText: 'latchkey.yml' }).click()
    await section.getByText('auth_method: [jwt]').waitFor()
    await section
      .getByText('takes a token that is not yet valid, or of another issuer, or for another audience')
      .waitFor()
  },
)

test('a service is changed and turned off, and no phone is too narrow', options, async () => {
  const about = page.getByRole('region', { name: 'What it is' })
  await about.getByLabel('Name').fill('sheets')
  await about.getByLabel('activity:read').check()
  await about.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { name: 'sheets', level: 1 }).waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  assert.deepEqual(await axeFaults(page), [])
  await about.getByRole('button', { name: 'Disable the service' }).click()
  await about.getByText('Its tokens are refused within a second').waitFor()
  await about.getByRole('button', { name: 'Disable it now' }).click()
  await page.getByText('disabled', { exact: true }).waitFor()
  assert.equal(await tokenOfAda(), 'resource_unknown')
  const [row] = await opened.server.app.db.query<{ scopes: string }>('SELECT scopes FROM services')
  assert.equal(row?.scopes, 'activity:read')
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
