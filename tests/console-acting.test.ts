import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// An administrator who acts as a person, and the person who sees it.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/people`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor()
})

after(() => opened?.close())

const bar = () => page.getByRole('region', { name: 'Acting as a person' })
const act = async () => {
  await page.goto(`${opened.issuer}/console#/people`)
  await page.getByRole('link', { name: 'ada', exact: true }).click()
  await page.getByLabel('Reason', { exact: true }).first().fill('a lamp does not answer')
  await page.getByRole('button', { name: 'Act as this person' }).click()
  await bar().getByText('You act as ada until').waitFor()
}

test('the pages are those of the person, and a bar says so', options, async () => {
  await act()
  await page.getByText('Signed in as ada').waitFor()
  const links = page.getByRole('navigation').getByRole('link')
  await hasTexts(links, ['Devices', 'My account'])
})

test('the person would see it: sessions and doings have the name and the reason', options, async () => {
  await page.getByRole('link', { name: 'My account' }).click()
  await page.getByRole('link', { name: 'Sessions and activity' }).click()
  await page.getByText('The administrator admin acts as you by it.').waitFor()
  await page.getByText('Done in your name by the administrator admin: a lamp does not answer').waitFor()
  await bar().waitFor()
})

test('what the person signs in with is not changed, and it is said', options, async () => {
  await page.getByRole('link', { name: 'Security', exact: true }).click()
  const form = page.getByRole('region', { name: 'Change the password' })
  await form.getByLabel('Present password').fill('anything at all')
  await form.getByLabel('New password', { exact: true }).fill('four wet umbrellas there')
  await form.getByLabel('The new password once more').fill('four wet umbrellas there')
  await form.getByRole('button', { name: 'Change the password' }).click()
  await page.getByRole('alert').getByText('in the name of somebody else').waitFor()
})

test('the way out leads back to the own account, and ends the session', options, async () => {
  await bar().getByRole('button', { name: 'Stop acting' }).click()
  await bar().waitFor({ state: 'detached' })
  await page.getByText('Signed in as admin').waitFor()
  const rows = await opened.server.app.db.query(
    'SELECT id FROM sessions WHERE acted_by IS NOT NULL AND ended_at IS NULL',
  )
  assert.deepEqual(rows, [])
})

test('a reload ends it for this page, and one is oneself again', options, async () => {
  await act()
  await page.reload()
  await page.getByText('Signed in as admin').waitFor()
  assert.equal(await bar().count(), 0)
})

test('when it is ended elsewhere, the next request leads back', options, async () => {
  await act()
  const [row] = await opened.server.app.db.query<{ id: string; user_id: string }>(
    'SELECT id, user_id FROM sessions WHERE acted_by IS NOT NULL AND ended_at IS NULL ORDER BY id DESC',
  )
  const { endSession } = await import('../packages/server/src/sessions/end.ts')
  const { operator } = await import('../packages/server/src/identity.ts')
  const { app } = opened.server
  await app.db.transaction((tx) => endSession(app, tx, row?.id ?? '', 'ended_by_user', operator))
  await page.getByRole('link', { name: 'My account' }).click()
  await page.getByText('Signed in as admin').waitFor()
})

test('nothing is wider than a phone, in either language', options, async () => {
  await act()
  await page.setViewportSize({ width: 390, height: 800 })
  for (const language of ['中文', 'English']) {
    const width = await page.evaluate('document.documentElement.scrollWidth')
    assert.ok(Number(width) <= 390, `${width}`)
    await page.getByRole('button', { name: language }).click()
  }
})

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual([opened.faults, opened.log.errors], [[], []])
})
