import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { usernameKey } from '../packages/server/src/accounts/users/username-key.ts'
import { insertApproval } from '../packages/server/src/devices/approvals/store.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { upsertRelation } from '../packages/server/src/devices/relations/store.ts'
import { operator } from '../packages/server/src/identity.ts'
import { insertSession } from '../packages/server/src/sessions/store.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { newKey, publicJwk } from '../packages/server/test/home.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { exactly, type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// What agents ask somebody for, in their own account.

let opened: OpenedConsole
let page: Page
let askOnce: (id: string, method: string) => Promise<void>

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ ada: 'customer' })
  page = opened.page
  const { app } = opened.server
  const ada = await findUserByName(app.db, usernameKey('ada'))
  const userId = ada?.id ?? ''
  const { id: application } = await placeApplication(opened.server, { name: 'Butler', type: 'agent' })
  const lock = { name: 'front door', product: 'lock', key: publicJwk(newKey()) }
  const { uid } = await registerDevice(app, operator, lock)
  await app.db.transaction(async (tx) => {
    await upsertRelation(tx, {
      ...{ uid, subject: userId, relation: 'owner', until: null, granted_by: userId, created_at: 1 },
    })
    await insertSession(tx, {
      ...{ id: 'ses_agent', user_id: userId, client_id: application, created_at: 1, last_used_at: 1 },
      ...{ address: '192.0.2.7', region: null, user_agent: null, amr: [], ended_at: null, end_reason: null },
      ...{ acted_by: null, acted_by_session: null, ends_at: null, within_session: null, by_application: 1 },
    })
  })
  askOnce = (id, method) =>
    app.db.transaction((tx) =>
      insertApproval(tx, {
        ...{ id, user_id: userId, session_id: 'ses_agent', application, uid, method },
        ...{ payload: '{"for":"the parcel"}', address: '192.0.2.7', region: 'TW', user_agent: 'butler/1' },
        ...{ created_at: app.world.now(), expires_at: app.world.now() + 600_000 },
      }),
    )
  await askOnce('apv_1', 'unlock')
  await page.goto(`${opened.issuer}/console#/account/agents`)
  await signIn(page, 'ada')
})
after(() => opened?.close())

test('a command that waits is shown whole, and refused or allowed by one press', options, async () => {
  await page.getByText('Butler wants to send unlock to front door').waitFor()
  await page.getByText('the parcel').waitFor()
  await page.getByText('TW, 192.0.2.7').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('button', { name: 'Refuse the command unlock to front door' }).click()
  await page.getByText('No agent waits for you.').waitFor()
  const table = page.getByRole('table', { name: 'Asked before' })
  await table.getByText('refused').waitFor()
  await askOnce('apv_2', 'open')
  await page.getByRole('button', { name: 'Allow this command: open to front door' }).click()
  // Who has no passkey signs in again, since it was asked for.
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  // The door is not connected: allowed, and not done.
  await table.getByText('device_offline').waitFor()
  await exactly(table.getByRole('row'), 3)
  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
