import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { writeBusyLog } from './support/busy-log.ts'
import { inChromium as options } from './support/chromium.ts'
import { allow, exactly, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// The overview and the bars above the log, in a real browser.

let opened: OpenedConsole
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  const { app } = opened.server
  await writeBusyLog(app, (await findUserByName(app.db, 'admin'))?.id ?? '')
  await opened.page.goto(`${opened.issuer}/console`)
  await signIn(opened.page, 'admin')
})
after(() => opened?.close())

const region = (name: string) => opened.page.getByRole('region', { name, exact: true })
const heading = (name: string) => opened.page.getByRole('heading', { name, level: 1 }).waitFor()
const log = () => opened.page.getByRole('table', { name: 'Activity', exact: true })
const queryOf = () => new URLSearchParams(new URL(opened.page.url()).hash.split('?')[1])

test('the overview is the first page, and says what happened', options, async () => {
  const { page } = opened
  await heading('Overview')
  await region('Refusals by reason').getByText('password_wrong').waitFor()
  assert.match(await page.locator('.facts').innerText(), /1,284/)
  assert.match(await region('Sign-ins by region').innerText(), /TW\s+Taiwan/)
  assert.match(await region('Refused addresses').innerText(), /203\.0\.113\.7/)
  assert.match(await region('New regions').innerText(), /admin\s+DE/)
  assert.match(await region('New regions').innerText(), /the whole server/)
})

test('the numbers of the bars stand in a table, which has a link for each time', options, async () => {
  const table = region('Sign-ins').getByRole('table')
  assert.equal(await table.isVisible(), false)
  await region('Sign-ins').locator('summary').click()
  await table.waitFor()
  assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), ['Time', 'success', 'refused'])
  // A quarter of an hour each, and one more where the day begins within one.
  const bars = await region('Sign-ins').locator('svg a').count()
  assert.ok(bars === 96 || bars === 97)
  assert.equal(await table.locator('tbody a').count(), bars)
})

test('the range stands in the address', options, async () => {
  const { page } = opened
  await page.getByRole('link', { name: '7 days' }).click()
  await region('Sign-ins').waitFor()
  assert.equal(queryOf().get('range'), '7d')
  assert.equal(await page.locator('.tabs [aria-current]').innerText(), '7 days')
  const bars = await region('Sign-ins').locator('svg a').count()
  assert.ok(bars === 168 || bars === 169)
  await page.goto(`${opened.issuer}/console#/overview?range=forever`)
  await region('Sign-ins').waitFor()
  assert.equal(await page.locator('.tabs [aria-current]').innerText(), '24 hours')
})

test('a refused address leads to what was refused there', options, async () => {
  const { page } = opened
  await region('Refused addresses').getByRole('link', { name: '203.0.113.7' }).click()
  await heading('Activity')
  assert.deepEqual([queryOf().get('address'), queryOf().get('outcome')], ['203.0.113.7', 'refused'])
  await log().locator('tbody tr').first().waitFor()
  await exactly(log().locator('.outcome .word').filter({ hasNotText: 'refused' }), 0)
  assert.ok((await log().locator('.outcome .word').count()) > 5)
  // The roll-ups do not know the address.
  await page.getByText('The bars count without this filter: Address.').waitFor()
})

test(
  'a bar above the log narrows the search to its time, and the way back is beside it',
  options,
  async () => {
    const { page } = opened
    await page.goto(`${opened.issuer}/console#/activity?event=user.sign_in`)
    await heading('Activity')
    const bar = page.locator('.chart > svg a').filter({ has: page.locator('rect + rect') })
    await bar.last().waitFor()
    const before = await page.locator('.chart > svg a').count()
    await bar.last().click()
    await page.getByText('not live: a range that ends').waitFor()
    const [from, to] = [Date.parse(queryOf().get('from') ?? ''), Date.parse(queryOf().get('to') ?? '')]
    assert.equal(to - from, 15 * 60_000)
    assert.equal(queryOf().get('event'), 'user.sign_in')
    await log().locator('tbody tr').first().waitFor()
    const times = await log()
      .locator('time')
      .evaluateAll((found) => found.map((one) => one.getAttribute('datetime') ?? ''))
    assert.ok(times.length > 0 && times.every((at) => Date.parse(at) >= from && Date.parse(at) < to))
    // Within a quarter of an hour the bars are minutes.
    assert.ok(before >= 96)
    await exactly(page.locator('.chart > svg a'), 15)
    await page.getByRole('link', { name: 'Before: any' }).click()
    await page.getByText('live', { exact: true }).waitFor()
    assert.equal(queryOf().get('to'), null)
  },
)

test('who may not read the log sees their devices first, and no overview', options, async () => {
  const { page } = opened
  await allow(opened, 'devices:view')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('User name').waitFor()
  await page.goto(`${opened.issuer}/console#/`)
  await signIn(page, 'ada')
  await heading('Devices')
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).count(), 0)
})

test('nothing went wrong in all of this', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
