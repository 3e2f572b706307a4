import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, password, signIn, textsOf } from './support/console.ts'

// The keys as an operator sees them: who fetches them, what a rotation would do, and an end at once.

let opened: OpenedConsole
let page: Page
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  await fetch(`${opened.issuer}/.well-known/jwks.json`, { headers: { 'user-agent': 'billing/1.2' } })
  await page.goto(`${opened.issuer}/console#/keys`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
})
after(async () => {
  if (options.skip !== false) return
  assert.deepEqual(opened.faults, [])
  await opened.close()
})

const states = (count: number) =>
  textsOf(page.getByRole('table', { name: 'Keys', exact: true }).locator('td[data-title="State"]'), count)
const region = (name: string) => page.getByRole('region', { name })

test('the keys are listed, with who fetched them and whether they have the next one', options, async () => {
  assert.deepEqual((await states(2)).map((text) => text.split(':')[0]).sort(), ['active', 'next'])
  await region('Who fetched the key sets').getByText('billing/1.2').waitFor()
  const cells = region('Who fetched the key sets').locator('td[data-title="Has the next key"]')
  await hasTexts(cells, ['yes'])
  await region('Rotation').getByText('A rotation cuts off nobody that is known.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
})

test('a rotation says what it does, and the next one says whom it would cut off', options, async () => {
  const [active] = opened.server.app.ring.list().filter(({ status }) => status === 'active')
  await region('Rotation').getByRole('button', { name: 'Rotate', exact: true }).click()
  await region('Rotation').getByText('Tokens are signed with the next key from now on.').waitFor()
  await region('Rotation').getByRole('button', { name: 'Rotate now' }).click()
  assert.equal((await states(3)).length, 3)
  await region('Rotation').getByText('A rotation would cut off 1').waitFor()
  assert.notEqual(opened.server.app.ring.list().find(({ status }) => status === 'active')?.kid, active?.kid)
  await region('Rotation').getByRole('button', { name: 'Rotate', exact: true }).click()
  await region('Rotation').getByText('1 have not fetched the next key').waitFor()
  await region('Rotation').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByText('輪替會使 1 個程式無法驗證').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('button', { name: 'English' }).click()
})

test('a key is revoked with the second press, and the person stays signed in', options, async () => {
  const active = opened.server.app.ring.list().find(({ status }) => status === 'active')?.kid ?? ''
  await page.getByRole('button', { name: `Revoke the key ${active}` }).click()
  await page.getByText('Every token that this key has signed is refused here at once').waitFor()
  assert.equal(opened.server.app.ring.list().find(({ status }) => status === 'active')?.kid, active)
  await page.getByRole('button', { name: 'Revoke it now' }).click()
  await page.getByText('revoked: in no key set').waitFor()
  assert.notEqual(opened.server.app.ring.list().find(({ status }) => status === 'active')?.kid, active)
})

test('one token is revoked, and what is none is refused', options, async () => {
  const signedIn = await fetch(`${opened.issuer}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  })
  const { access_token: token } = (await signedIn.json()) as { access_token: string }
  const place = region('Revoke a token')
  await place.getByRole('button', { name: 'Revoke a token' }).click()
  await place.getByText('The session of its owner goes on').waitFor()
  await place.getByLabel('Access token, or its jti').fill('none of ours')
  await place.getByRole('button', { name: 'Revoke it now' }).click()
  await place.getByRole('alert').waitFor()
  await place.getByLabel('Access token, or its jti').fill(token)
  await place.getByRole('button', { name: 'Revoke it now' }).click()
  await place.getByText('The token is revoked.').waitFor()
  const me = await fetch(`${opened.issuer}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(me.status, 401)
  assert.deepEqual(await axeFaults(page), [])
})
