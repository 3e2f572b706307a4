import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { usernameKey } from '../packages/server/src/accounts/users/username-key.ts'
import { putConsent } from '../packages/server/src/oauth/consents/store.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { exactly, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// What somebody has let in, in their own account.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ ada: 'customer' })
  page = opened.page
  const { app } = opened.server
  const ada = await findUserByName(app.db, usernameKey('ada'))
  for (const name of ['Shop', 'Viewer']) {
    const { id } = await placeApplication(opened.server, { name })
    await app.db.transaction((tx) =>
      putConsent(tx, {
        ...{ user_id: ada?.id ?? '', application: id, resource: '', scopes: ['openid', 'devices:view'] },
        ...{ details: null, given_at: Date.now() },
      }),
    )
  }
  await page.goto(`${opened.issuer}/console#/account/applications`)
  await signIn(page, 'ada')
})
after(() => opened?.close())

test('is listed with what it may do, and taken back with the second press', options, async () => {
  const table = page.getByRole('table', { name: 'Applications that I have let in' })
  await exactly(table.getByRole('row'), 3)
  await table.getByText('see telemetry and shadow of one’s devices').first().waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('button', { name: 'Take back what Shop may do', exact: true }).click()
  await page.getByText('it has to ask again').waitFor()
  await page.getByRole('button', { name: 'Take back what Shop may do now' }).click()
  await exactly(table.getByRole('row'), 2)
  await table.getByText('Viewer').waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
