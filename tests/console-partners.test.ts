import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSigner, generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn, textsOf } from './support/console.ts'

// Partners: registered on one page; on another given keys and people, asked why an assertion is refused, and turned off.

const key = generateKey('ES256', { keyId: '2026-11' })
let opened: OpenedConsole
let page: Page
let appId: string

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/partners`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor()
})
after(() => opened?.close())

/** An assertion about mei, with a fresh nonce. */
async function signed(claims: object = {}): Promise<string> {
  const body = new URLSearchParams({ client_id: appId })
  const response = await fetch(`${opened.issuer}/oauth/nonce`, { method: 'POST', body })
  const { nonce } = (await response.json()) as { nonce: string }
  const sign = createSigner({ key, issuer: appId, audience: opened.issuer, expiresIn: 60, type: 'JWT' })
  return sign({ sub: 'mei', nonce, ...claims })
}

async function exchanged(assertion: string): Promise<number> {
  const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  const body = new URLSearchParams({ grant_type, assertion })
  return (await fetch(`${opened.issuer}/oauth/token`, { method: 'POST', body })).status
}

test('a partner is registered, and what cannot be is refused', options, async () => {
  await page.getByText('No partners yet.').waitFor()
  const form = page.getByRole('region', { name: 'Register a partner' })
  const send = form.getByRole('button', { name: 'Register a partner' })
  await form.getByLabel('Name').fill('chat')
  await form.getByLabel('Makes people of type').fill('administrator')
  await send.click()
  await form.getByText('This user type permits more than strangers may have.').waitFor()
  await form.getByLabel('Makes people of type').fill('nobodies')
  await send.click()
  await form.getByText('There is no user type of this name.').waitFor()
  await form.getByLabel('Makes people of type').fill('customer')
  await form.getByLabel('Key set URL').fill('http://chat.example/keys')
  await send.click()
  await form.getByText('a key set URL is https').waitFor()
  await form.getByLabel('Key set URL').fill('')
  await send.click()
  await page.getByRole('link', { name: 'chat', exact: true }).waitFor()
  await form.getByLabel('Name').fill('chat')
  await send.click()
  await form.getByText('There is a partner of this name.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
})

test('a key is added, and one that is no public key is refused', options, async () => {
  await page.getByRole('link', { name: 'chat', exact: true }).click()
  await page.getByRole('heading', { name: 'chat', level: 1 }).waitFor()
  appId = /partners\/(app_\w+)/.exec(page.url())?.[1] ?? assert.fail(page.url())
  const section = page.getByRole('region', { name: 'Keys', exact: true })
  await section.getByText('There is no key, so nobody can sign in.').waitFor()
  const send = section.getByRole('button', { name: 'Add a key' })
  await section.getByLabel('Key id').fill('2026-11')
  await section.getByLabel('Algorithm').selectOption('ES256')
  await section.getByLabel('Public key').fill('no key')
  await send.click()
  await section.getByText('This is no public key for the algorithm').waitFor()
  await section.getByLabel('Public key').fill(JSON.stringify(toJwk(publicKeyOf(key))))
  await send.click()
  await hasTexts(section.locator('td[data-title="State"]'), ['in force'])
})

test('an assertion is tested, which uses nothing up, and the step that fails is shown', options, async () => {
  const section = page.getByRole('region', { name: 'Test an assertion' })
  const send = section.getByRole('button', { name: 'Test it' })
  const test = async (assertion: string) => {
    await section.getByLabel('Assertion', { exact: true }).fill(assertion)
    const answer = page.waitForResponse((response) => response.url().endsWith('/check-assertion'))
    await send.click()
    await answer
  }
  await test(await signed({ aud: 'https://elsewhere.example' }))
  await section.getByText('The exchange would refuse it.').waitFor()
  await section.getByText('It is meant for another server.').waitFor()
  await section.getByText('https://elsewhere.example', { exact: true }).waitFor()
  const steps = await textsOf(section.locator('ol li'), 8)
  assert.match(steps[4] ?? '', /^failed/)
  assert.match(steps[5] ?? '', /^not reached/)
  const assertion = await signed()
  await test(assertion)
  await section.getByText('The exchange would take it.').waitFor()
  assert.match((await section.locator('pre').textContent()) ?? '', new RegExp(`assertion=${assertion}`))
  assert.deepEqual(await axeFaults(page), [])
  assert.equal(await exchanged(assertion), 200)
  await test(assertion)
  await section.getByText('The nonce is not known').waitFor()
})

test('people are listed, linked and unlinked', options, async () => {
  const section = page.getByRole('region', { name: 'Its people' })
  await section.getByText('made at the first sign-in').waitFor()
  await section.getByLabel('Its name for them').fill('ada@chat')
  await section.getByLabel('Id of the person').fill('usr_nobody')
  await section.getByRole('button', { name: 'Link a person' }).click()
  await section.getByText('There is no such person.').waitFor()
  const { id } =
    (await opened.server.app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'ada'"))[0] ??
    assert.fail()
  await section.getByLabel('Id of the person').fill(id)
  await section.getByRole('button', { name: 'Link a person' }).click()
  await section.getByText('linked here').waitFor()
  await section.getByRole('button', { name: 'Unlink ada@chat' }).click()
  await section.getByText('the sessions that it began for them end').waitFor()
  await section.getByRole('button', { name: 'Unlink now' }).click()
  await section.getByText('linked here').waitFor({ state: 'detached' })
})

test('the rules are changed, and a set that cannot be read says why', options, async () => {
  const section = page.getByRole('region', { name: 'Its rules' })
  await section.getByLabel('Longest session, in seconds').fill('900')
  await section.getByLabel('Key set URL').fill('https://127.0.0.1/keys')
  await section.getByRole('button', { name: 'Save' }).click()
  await section.getByText('It is saved.').waitFor()
  await page.getByText('900 seconds', { exact: true }).waitFor()
  const keys = page.getByRole('region', { name: 'Keys', exact: true })
  await keys.getByText('Its key set was not read yet.').waitFor()
  await keys.getByRole('button', { name: 'Read it now' }).click()
  await keys.getByText('address_not_allowed: 127.0.0.1').waitFor()
})

test(
  'a key is revoked and the partner disabled with the second press, which says what that means',
  options,
  async () => {
    const keys = page.getByRole('region', { name: 'Keys', exact: true })
    await keys.getByRole('button', { name: 'Revoke the key 2026-11' }).click()
    await keys.getByText('Nothing that 2026-11 signs is accepted any more').waitFor()
    await keys.getByRole('button', { name: 'Revoke it now' }).click()
    await keys.getByText('revoked', { exact: true }).waitFor()
    assert.equal(await exchanged(await signed()), 401)
    await page.getByRole('button', { name: 'Disable the partner' }).click()
    await page.getByText('It signs nobody in any more').waitFor()
    await page.getByRole('button', { name: 'Disable it now' }).click()
    await page.getByRole('button', { name: 'Disable the partner' }).waitFor({ state: 'detached' })
    await page.getByText('disabled', { exact: true }).waitFor()
    assert.deepEqual(opened.faults, [])
  },
)
