import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { grant } from '../packages/server/src/accounts/permissions/grants.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { upsertRelation } from '../packages/server/src/devices/relations/store.ts'
import { operator } from '../packages/server/src/identity.ts'
import { newKey, publicJwk } from '../packages/server/test/home.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn, textsOf } from './support/console.ts'

// Who can do what, as an administrator asks it.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer', bob: 'customer' })
  page = opened.page
  const { app } = opened.server
  const { uid } = await registerDevice(app, operator, {
    name: 'Hall lamp',
    product: 'lamp',
    key: publicJwk(newKey()),
  })
  for (const [username, relation] of [
    ['ada', 'owner'],
    ['bob', 'viewer'],
  ] as const) {
    const subject = (await app.access.ground.people.idNamed(username))!
    const row = { uid, subject, relation, granted_by: subject, created_at: app.world.now(), until: null }
    await app.db.transaction((tx) => upsertRelation(tx, row))
  }
  const bob = (await app.access.ground.people.idNamed('bob'))!
  await grant(app, operator, bob, { kind: 'grant', permission: 'keys:read', reason: 'cover', until: null })
  await page.goto(`${opened.issuer}/console`)
  await signIn(page, 'admin')
  await page.getByRole('link', { name: 'Who can do what' }).click()
})

after(() => opened?.close())

const ask = (label: string) => page.getByRole('search').filter({ has: page.getByLabel(label) })
const cells = (name: string, count: number) =>
  textsOf(page.getByRole('table', { name }).getByRole('row'), count + 1)

test('who has a permission, and by which rule', options, async () => {
  await page.getByRole('combobox', { name: 'By permission' }).selectOption('keys:read')
  await ask('By permission').getByRole('button', { name: 'Who may' }).click()
  const rows = await cells('Who has keys:read', 2)
  assert.deepEqual(
    rows.slice(1).map((row) => row.split(/\s*[\t\n]+\s*/)),
    [
      ['admin', 'type administrator'],
      ['bob', 'granted: cover'],
    ],
  )
  assert.match(page.url(), /#\/who\?permission=keys%3Aread$/)
})

test('who may control a device, with the way to their page', options, async () => {
  await page.getByRole('combobox', { name: 'By device' }).selectOption({ label: 'Hall lamp' })
  await page.getByLabel('What with it').selectOption('control')
  await ask('By device').getByRole('button', { name: 'Who may' }).click()
  const rows = await cells('Who may control it', 1)
  assert.match(rows[1] ?? '', /^ada\s+owner\s+type customer$/)
  await page.reload()
  await page.getByRole('table', { name: 'Who may control it' }).waitFor()
  assert.equal(await page.getByLabel('What with it').inputValue(), 'control')
  await page.getByRole('link', { name: 'ada' }).click()
  await page.getByRole('heading', { level: 1, name: 'ada' }).waitFor()
  await page.goBack()
})

test('what a person may do, permissions and devices', options, async () => {
  await page.getByRole('textbox', { name: 'By person' }).fill('bob')
  await page.getByRole('button', { name: 'What they may do' }).click()
  const permissions = await cells('What bob may do', 5)
  assert.match(permissions.at(-1) ?? '', /keys:read.*yes.*granted: cover/s)
  const devices = await cells('Devices of bob', 1)
  assert.match(devices[1] ?? '', /^Hall lamp\s+viewer\s+view$/)
})

test('a name that nobody has is said to be none', options, async () => {
  await page.getByRole('textbox', { name: 'By person' }).fill('nobody')
  await page.getByRole('button', { name: 'What they may do' }).click()
  await page.getByRole('alert').getByText('no such user').waitFor()
})

test('nothing is wider than a phone, in either language', options, async () => {
  await page.setViewportSize({ width: 390, height: 800 })
  await page.goto(`${opened.issuer}/console#/who?username=bob`)
  for (const language of ['中文', 'English']) {
    await page.getByRole('table').nth(1).waitFor()
    const width = await page.evaluate('document.documentElement.scrollWidth')
    assert.ok(Number(width) <= 390, `${width}`)
    await page.getByRole('button', { name: language }).click()
  }
})

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual([opened.faults, opened.log.errors], [[], []])
})
