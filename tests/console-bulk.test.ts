import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { importPeople } from '../packages/server/src/accounts/transfer/import-people.ts'
import { createUser, disableUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { exactly, hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// Something is done to several people at once, and the page says of each what became of it.

let opened: OpenedConsole
let page: Page
let report: Locator
let benId: string

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  report = page.getByRole('region', { name: 'What became of them' })
  const { app } = opened.server
  const add = (username: string) => createUser(app, operator, { username, userType: 'customer' })
  benId = (await add('ben')).id
  for (let at = 10; at < 70; at += 1) await add(`guest${at}`)
  await page.goto(`${opened.issuer}/console#/people`)
  await signIn(page, 'admin')
  await page.getByRole('link', { name: 'ada', exact: true }).waitFor()
})
after(() => opened?.close())

const disabledCount = async () => {
  const sql = 'SELECT COUNT(*) AS count FROM users WHERE disabled_at IS NOT NULL'
  return (await opened.server.app.db.query<{ count: number }>(sql))[0]?.count
}

test('some are chosen, and nothing is done before it was said to how many', options, async () => {
  assert.equal(await page.getByLabel('Choose admin').count(), 0)
  await page.getByLabel('Choose ada').check()
  await page.getByLabel('Choose ben').check()
  await page.getByText('2 people chosen.').waitFor()
  await page.getByRole('button', { name: 'Go on …' }).click()
  await page.getByText('Disable 2 people: nobody of them signs in').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('button', { name: 'Cancel' }).click()
  assert.equal(await disabledCount(), 0)
  await page.getByRole('button', { name: 'Go on …' }).click()
  await page.getByRole('button', { name: 'Do it to 2 people now' }).click()
  await report.getByText('Done: 2.').waitFor()
  await hasTexts(report.locator('td[data-title="User name"]'), ['ada', 'ben'])
  assert.equal(await disabledCount(), 2)
})

test('who is refused comes first, with the reason and the way to them', options, async () => {
  await page.getByLabel('Choose ben').check()
  await page.getByLabel('Choose guest10').check()
  await page.getByLabel('What to do').selectOption('invite')
  await page.getByRole('button', { name: 'Go on …' }).click()
  await page.getByRole('button', { name: 'Do it to 2 people now' }).click()
  await report.getByText('Done: 1. Refused: 1.').waitFor()
  await hasTexts(report.locator('td[data-title="User name"]'), ['ben', 'guest10'])
  await report.getByText('The account is disabled. Enable it first.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await report.getByText('/invitations/lk_invite_').waitFor()
  const to = await report.getByRole('link', { name: 'ben' }).getAttribute('href')
  assert.equal(to, `#/people/${benId}`)
  await report.getByRole('button', { name: 'Close the report' }).click()
  await report.waitFor({ state: 'detached' })
})

test('all that match are chosen on every page, and are counted again when it is done', options, async () => {
  await page.goto(`${opened.issuer}/console#/people?text=guest&status=enabled`)
  await page.getByText('60 people match.').waitFor()
  await page.getByRole('button', { name: 'Choose all that match' }).click()
  await page.getByText('All 60 that match are chosen, on every page.').waitFor()
  assert(await page.getByLabel('Choose guest10').isChecked())
  // Somebody else was faster with one of them.
  const { app } = opened.server
  const [row] = await app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'guest69'")
  await disableUser(app, operator, row?.id ?? '')
  await page.getByLabel('What to do').selectOption('delete')
  await page.getByLabel('Days of grace').fill('7')
  await page.getByRole('button', { name: 'Go on …' }).click()
  await page.getByText('Delete 60 people in 7 days').waitFor()
  await page.getByRole('button', { name: 'Do it to 60 people now' }).click()
  await page.getByText('Meanwhile the filters match 59 people.').waitFor()
  assert.equal(await disabledCount(), 3)
  await page.getByRole('button', { name: 'Go on …' }).click()
  await page.getByRole('button', { name: 'Do it to 59 people now' }).click()
  await report.getByText('Done: 59.').waitFor()
  assert.equal(await disabledCount(), 62)
})

test('more people than one request takes are done piece by piece, with one report', options, async () => {
  const { app } = opened.server
  const person = { displayName: null, passwordHash: null, isDisabled: false, userType: undefined }
  const crowd = Array.from({ length: 1_230 }, (_, at) => ({
    ...{ ...person, username: `crowd${1_000 + at}`, createdAt: undefined },
  }))
  await importPeople(app, operator, crowd, { userType: 'customer' })
  await app.jobs.runNow(1_000)
  const [row] = await app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'crowd1700'")
  await disableUser(app, operator, row?.id ?? '')
  await page.goto(`${opened.issuer}/console#/people?text=crowd`)
  await page.getByText('More than 1,000 people match.').waitFor()
  await page.getByRole('button', { name: 'Choose all that match' }).click()
  await page.getByText('All 1230 that match are chosen, on every page.').waitFor()
  await page.getByLabel('What to do').selectOption('invite')
  await page.getByRole('button', { name: 'Go on …' }).click()
  await page.getByText('Make a new link for 1230 people').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByLabel('What to do').selectOption('disable')
  await page.getByRole('button', { name: 'Go on …' }).click()
  // The third piece fails on its way back: it is done, and the page does not know.
  let asked = 0
  await page.route('**/v1/users/bulk', async (route) => {
    asked += 1
    if (asked !== 3) return route.fallback()
    await route.fetch()
    return route.abort()
  })
  await page.getByRole('button', { name: 'Do it to 1230 people now' }).click()
  await page.getByText('It stopped after 400 of 1230 people.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByRole('button', { name: 'Go on …' }).click()
  await report.getByText('Done: 1230.').waitFor()
  await page.unroute('**/v1/users/bulk')
  const sql = `SELECT COUNT(*) AS count FROM users WHERE username LIKE 'crowd%' AND disabled_at IS NULL`
  assert.equal((await app.db.query<{ count: number }>(sql))[0]?.count, 0)
  await report.getByRole('button', { name: 'Close the report' }).click()
})

test('a choice ends with another search, and no phone is too narrow', options, async () => {
  await page.goto(`${opened.issuer}/console#/people?text=guest`)
  await page.getByLabel('Choose guest11').check()
  await page.getByText('1 person chosen.').waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  await page.goto(`${opened.issuer}/console#/people?text=ada`)
  await page.getByLabel('Choose ada').waitFor()
  await exactly(page.getByText('1 person chosen.'), 0)
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
