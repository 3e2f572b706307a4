import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { usernameKey } from '../packages/server/src/accounts/users/username-key.ts'
import { findApplication } from '../packages/server/src/applications/store.ts'
import { putConsent } from '../packages/server/src/oauth/consents/store.ts'
import { signalTypes } from '../packages/server/src/shared-signals/events.ts'
import { insertStream } from '../packages/server/src/shared-signals/store.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { exactly, hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// What an application is told, where and by which streams of shared signals; who has let it in, and what was refused to it.

let opened: OpenedConsole
let page: Page
let shop: string

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  const { app } = opened.server
  const placed = await placeApplication(opened.server, {
    ...{ name: 'Shop', grants: ['authorization_code', 'client_credentials'] },
    scopes: ['openid', 'ssf.manage'],
  })
  shop = placed.id
  await app.db.transaction(async (tx) => {
    for (const [id, endpoint] of [
      ['str_polled', null],
      ['str_pushed', 'https://hooks.shop.example/secret-path'],
    ] as const) {
      await insertStream(tx, {
        ...{ id, application: shop, description: null, requested: [signalTypes.session_revoked], endpoint },
        ...{ method: endpoint === null ? 'poll' : 'push', authorization_sealed: null, status: 'enabled' },
        ...{ status_reason: null, is_stopped: false, created_at: Date.now(), verified_at: null },
      })
    }
  })
  await page.goto(`${opened.issuer}/console#/applications/${shop}`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Shop', level: 1 }).waitFor()
})
after(() => opened?.close())

test('its streams are seen, paused, let go on, and removed with the second press', options, async () => {
  const table = page.getByRole('table', { name: 'Shared signals' })
  const statuses = table.locator('td[data-title="Status"]')
  await hasTexts(table.locator('td[data-title="Delivery"]'), [
    'fetched by it',
    'pushed to hooks.shop.example',
  ])
  await table.getByText('session-revoked').first().waitFor()
  await table.getByRole('button', { name: 'Pause' }).first().click()
  await table.getByRole('button', { name: 'Let it go on' }).waitFor()
  await hasTexts(statuses, ['paused', 'enabled'])
  assert.deepEqual(await axeFaults(page), [])
  await table.getByRole('button', { name: 'Let it go on' }).click()
  await exactly(table.getByRole('button', { name: 'Pause' }), 2)
  await page.getByRole('button', { name: 'Remove the stream str_polled' }).click()
  await page.getByText('What waits for it is dropped').waitFor()
  await page.getByRole('button', { name: 'Remove it now' }).click()
  await hasTexts(statuses, ['enabled'])
})

test('it shows who has let it in, and what was refused to it in words', options, async () => {
  const { app } = opened.server
  const admin = await findUserByName(app.db, usernameKey('admin'))
  await app.db.transaction((tx) =>
    putConsent(tx, {
      ...{ user_id: admin?.id ?? '', application: shop, resource: '', scopes: ['openid'], details: null },
      given_at: Date.now(),
    }),
  )
  const form = { grant_type: 'client_credentials', client_id: shop, client_secret: 'lk_client_wrong' }
  const answer = await fetch(`${opened.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  assert.equal(answer.status, 401)
  await app.activity.flushRefusals(true)
  await page.reload()
  const people = page.getByRole('table', { name: 'Who has let it in' })
  assert.equal(
    await people.getByRole('link', { name: 'admin' }).getAttribute('href'),
    `#/people/${admin?.id}`,
  )
  const failures = page.getByRole('table', { name: 'What was refused to it lately' })
  await failures.getByText('Its secret was wrong.').waitFor()
  await failures.getByText('make another secret if it was lost').waitFor()
  assert.deepEqual(await axeFaults(page), [])
})

test('where it is told of ended sessions is set, and taken away', options, async () => {
  const section = page.getByRole('region', { name: 'Settings' })
  const address = section.getByLabel('Address at which its server is told')
  await address.fill('https://api.shop.example/ended')
  await section.getByLabel('It is told which session').uncheck()
  await section.getByRole('button', { name: 'Save' }).click()
  await section.getByText('It is saved.').waitFor()
  const row = await findApplication(opened.server.app.db, shop)
  assert.deepEqual(
    [row?.backchannel_logout_uri, row?.backchannel_logout_session_required, row?.grants],
    ['https://api.shop.example/ended', false, ['authorization_code', 'client_credentials']],
  )
  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
