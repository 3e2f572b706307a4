import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { changeUserType, createUserType } from '../packages/server/src/accounts/user-types/user-types.ts'
import { operator } from '../packages/server/src/identity.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// User types and the page of a person, as an administrator meets them.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  await createUserType(opened.server.app, operator, { name: 'guest', description: 'looks', permissions: [] })
  await page.goto(`${opened.issuer}/console`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { level: 1 }).waitFor()
})

after(() => opened?.close())

const typeOf = async (name: string) => {
  const rows = await opened.server.app.db.query<{ permissions: string }>(
    'SELECT permissions FROM user_types WHERE name = $1',
    name,
  )
  return rows[0]?.permissions
}
const box = (type: string, permission: string) => page.getByLabel(`${type} permits ${permission}`)

test('what a type permits is ticked, seen before it is saved, and saved', options, async () => {
  await page.getByRole('link', { name: 'User types' }).click()
  await box('guest', 'devices:view').check()
  await box('guest', 'users:read').check()
  await box('guest', 'users:read').uncheck()
  const unsaved = page.getByRole('region', { name: 'guest, not saved yet' })
  await hasTexts(unsaved.locator('code'), ['devices:view'])
  assert.equal(await typeOf('guest'), '')
  await unsaved.getByRole('button', { name: 'Save the changes of guest' }).click()
  await unsaved.waitFor({ state: 'detached' })
  assert.equal(await typeOf('guest'), 'devices:view')
  await box('guest', 'devices:view').and(page.locator(':checked')).waitFor()
})

for (const { choice, left } of [
  { choice: 'Put my changes on top', left: 'devices:bind devices:control' },
  { choice: 'Save what I had ticked, instead', left: 'devices:control devices:view' },
  { choice: 'Keep it as it is now', left: 'devices:bind' },
]) {
  test(`of two who change one type, the second chooses: ${choice}`, options, async () => {
    const { app } = opened.server
    await changeUserType(app, operator, 'guest', { permissions: ['devices:view'] })
    await page.reload()
    await box('guest', 'devices:control').check()
    await changeUserType(app, operator, 'guest', { permissions: ['devices:bind'] })
    await page.getByRole('button', { name: 'Save the changes of guest' }).click()
    const alert = page.getByRole('alert').filter({ hasText: 'Somebody else has changed guest' })
    await hasTexts(alert.locator('code'), ['devices:bind'])
    await alert.getByRole('button', { name: choice }).click()
    await alert.waitFor({ state: 'detached' })
    assert.equal(await typeOf('guest'), left)
  })
}

test('a type is added, renamed and removed', options, async () => {
  const add = page.getByRole('region', { name: 'Add a type' })
  await add.getByLabel('Name').fill('fitter')
  await add.getByRole('button', { name: 'Add a type' }).click()
  const one = page.getByRole('region', { name: 'One type' })
  await box('fitter', 'users:read').waitFor()
  await one.getByLabel('Type', { exact: true }).selectOption('fitter')
  await one.getByLabel('Name', { exact: true }).fill('installer')
  await one.getByRole('button', { name: 'Save name and description' }).click()
  await box('installer', 'users:read').waitFor()
  await one.getByRole('button', { name: 'Remove this type …' }).click()
  await one.getByText('Everybody of type installer gets the other type at once.').waitFor()
  await one.getByLabel('Its people become').selectOption('guest')
  await one.getByRole('button', { name: 'Remove it now' }).click()
  await page.getByText('installer is removed; 0 people have another type now.').waitFor()
  await box('installer', 'users:read').waitFor({ state: 'detached' })
})

test(
  'a second factor is required of a type after days of grace, and is optional again',
  options,
  async () => {
    const one = page.getByRole('region', { name: 'One type' })
    const rule = async () => {
      const sql = `SELECT factor_required_at IS NOT NULL AS required, factor_grace_days AS days FROM user_types WHERE name = 'guest'`
      const [row] = await opened.server.app.db.query<{ required: unknown; days: number }>(sql)
      return [Boolean(row?.required), row?.days]
    }
    await one.getByLabel('Type', { exact: true }).selectOption('guest')
    await one.getByRole('heading', { name: 'The second factor of guest' }).waitFor()
    assert.equal(await one.getByLabel('Days of grace').count(), 0)
    await one.getByLabel('A second factor is').selectOption('required')
    await one.getByLabel('Days of grace').fill('14')
    await one.getByRole('button', { name: 'Save the rule of the second factor' }).click()
    await one.getByText('The rule is in force.').waitFor()
    assert.deepEqual(await rule(), [true, 14])
    await one.getByLabel('A second factor is').selectOption('optional')
    await one.getByLabel('Days of grace').waitFor({ state: 'detached' })
    // It is waited for before it is asked for: the answer may be there at once.
    const saved = page.waitForResponse((response) => response.request().method() === 'PUT')
    await one.getByRole('button', { name: 'Save the rule of the second factor' }).click()
    assert.equal((await saved).status(), 204)
    assert.equal((await rule())[0], false)
  },
)

test('the last type with everything keeps it', options, async () => {
  await box('administrator', 'keys:write').uncheck()
  await page.getByRole('button', { name: 'Save the changes of administrator' }).click()
  await page.getByText('Nobody could administer this server any more.').waitFor()
  await page.getByRole('button', { name: 'Discard the changes of administrator' }).click()
  await box('administrator', 'keys:write').and(page.locator(':checked')).waitFor()
})

test('the page of a person tells what they may do, and by which rule', options, async () => {
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('link', { name: 'ada' }).click()
  await page.getByRole('heading', { name: 'ada', level: 1 }).waitFor()
  const row = page
    .getByRole('table', { name: 'Permissions' })
    .getByRole('row')
    .filter({ hasText: 'devices:bind' })
  await row.getByText('type customer').waitFor()
  await row.getByText('yes').waitFor()
})

test('a permission is denied until a moment, and that is withdrawn', options, async () => {
  const grants = page.getByRole('region', { name: 'Granted and denied' })
  await grants.getByLabel('Kind').selectOption('denial')
  await grants.getByLabel('Permission').selectOption('devices:bind')
  await grants.getByLabel('Reason').fill('on leave')
  await grants.getByLabel('Until').fill('2099-12-24T18:00')
  await grants.getByRole('button', { name: 'Grant or deny' }).click()
  const row = page
    .getByRole('table', { name: 'Permissions' })
    .getByRole('row')
    .filter({ hasText: 'devices:bind' })
  await row.getByText('on leave').waitFor()
  await row.getByText('by admin').waitFor()
  await row.getByText('no', { exact: true }).waitFor()
  await grants.getByRole('button', { name: 'Withdraw what is said of devices:bind' }).click()
  await grants.getByText('devices:bind is not denied any more').waitFor()
  await grants.getByRole('button', { name: 'Withdraw it now' }).click()
  await row.getByText('yes').waitFor()
  await grants.getByText('Nothing beside the type.').waitFor()
})

test('what was so at a past moment is shown on request', options, async () => {
  const permissions = page.getByRole('region', { name: 'Permissions' })
  await permissions.getByLabel('As of').fill('2020-01-01T00:00:00')
  await permissions.getByRole('button', { name: 'Show' }).click()
  await permissions.getByText('There was no such account then.').waitFor()
  await permissions.getByLabel('As of').fill('')
  await permissions.getByRole('button', { name: 'Show' }).click()
  await permissions.getByText('devices:bind').waitFor()
})

test('an account gets another type, is unlocked, disabled and enabled', options, async () => {
  const account = page.getByRole('region', { name: 'Account' })
  const profile = page.getByRole('region', { name: 'Name and type' })
  await profile.getByLabel('Type').selectOption('guest')
  await profile.getByRole('button', { name: 'Save' }).click()
  await page.locator('.facts').getByText('guest').waitFor()
  await account.getByRole('button', { name: 'Unlock' }).click()
  await account.getByRole('button', { name: 'Disable' }).click()
  await account.getByRole('button', { name: 'Disable now' }).click()
  await page.locator('.facts').getByText('disabled').waitFor()
  await account.getByRole('button', { name: 'Enable' }).click()
  await page.locator('.facts').getByText('enabled').waitFor()
})

test('nobody is offered to shut themselves out', options, async () => {
  await page.getByRole('link', { name: 'All people' }).click()
  await page.getByRole('link', { name: 'admin', exact: true }).click()
  const account = page.getByRole('region', { name: 'Account' })
  await account.getByText('This is your own account.').waitFor()
  assert.equal(await account.getByRole('button', { name: 'Disable' }).count(), 0)
})

test('nothing is wider than a phone, in either language', options, async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  const addresses = [page.url(), page.url().replace(/#.*/, '#/user-types')]
  for (const language of ['en', 'zh-Hant']) {
    for (const address of addresses) {
      await page.goto(address.replace(/(\?.*)?#/, `?lang=${language}#`))
      await page.getByRole('row').nth(1).waitFor()
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, address)
    }
  }
})

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
