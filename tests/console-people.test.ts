import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { addAddress } from '../packages/server/src/accounts/addresses/addresses.ts'
import { createUser, disableUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn, textsOf } from './support/console.ts'

// The page of people: who is found, by an address that can be sent to somebody.

let opened: OpenedConsole
let page: Page
let table: Locator
let userNames: Locator

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  table = page.getByRole('table', { name: 'People' })
  userNames = table.locator('td[data-title="User name"]')
  const { app } = opened.server
  const add = (username: string, displayName: string) =>
    createUser(app, operator, { username, displayName, userType: 'customer' })
  const ada = await add('ada', 'Ada Lovelace')
  await addAddress(app, operator, ada.id, { address: 'countess@engines.example', language: 'en' })
  const grace = await add('grace', 'Grace Hopper')
  await disableUser(app, operator, grace.id)
  for (let at = 10; at < 70; at += 1) await add(`guest${at}`, `Guest ${at}`)
})

after(async () => {
  if (options.skip !== false) return
  await opened?.close()
})

const names = (count: number) => textsOf(userNames, count)

test('a search by words, a status and a type stands in the address', options, async () => {
  await page.goto(`${opened.issuer}/console#/people`)
  await signIn(page, 'admin')
  await table.getByRole('link', { name: 'ada', exact: true }).waitFor()
  await page.getByLabel('Search for').fill('love')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL(/#\/people\?text=love$/)
  await page.getByText('One person matches.').waitFor()
  await hasTexts(userNames, ['ada'])
  await page.getByLabel('Search for').fill('countess@')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL(/text=countess%40/)
  await hasTexts(userNames, ['ada'])
})

test(
  'an address with filters opens the list that it names, with the filters filled in',
  options,
  async () => {
    await page.goto(`${opened.issuer}/console#/people?status=disabled&user_type=customer&signed_in=never`)
    await page.getByText('One person matches.').waitFor()
    await hasTexts(userNames, ['grace'])
    assert.equal(await page.getByLabel('With status').inputValue(), 'disabled')
    assert.equal(await page.getByLabel('Of type').inputValue(), 'customer')
    assert.equal(await page.getByLabel('Signed in', { exact: true }).inputValue(), 'never')
    await page.getByRole('link', { name: 'Show everybody' }).click()
    await page.waitForURL(/#\/people$/)
    await table.getByRole('link', { name: 'admin' }).waitFor()
  },
)

test('a list of many goes on, and back to its beginning', options, async () => {
  await page.goto(`${opened.issuer}/console#/people?text=guest`)
  await page.getByText('60 people match.').waitFor()
  assert.equal((await names(50))[0], 'guest10')
  await page.getByRole('button', { name: 'Next page' }).click()
  await table.getByRole('link', { name: 'guest60' }).waitFor()
  assert.equal((await names(10))[9], 'guest69')
  await page.getByRole('button', { name: 'First page' }).click()
  await table.getByRole('link', { name: 'guest10' }).waitFor()
})

test('nobody is told as nobody, and days of the reader bound the last sign-in', options, async () => {
  await page.goto(`${opened.issuer}/console#/people?text=nobody`)
  await page.getByText('Nobody matches.').waitFor()
  await page.getByLabel('Last signed in since').fill('2020-01-01')
  await page.getByLabel('Search for').fill('')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL(/#\/people\?since=2020-01-01$/)
  await hasTexts(userNames, ['admin'])
})

test('an account is deleted after a second look, and kept after all', options, async () => {
  await page.goto(`${opened.issuer}/console#/people?text=guest42`)
  await table.getByRole('link', { name: 'guest42' }).click()
  const section = page.getByRole('region', { name: 'Delete the account' })
  await section.getByRole('button', { name: 'Delete …' }).click()
  await section.getByText('guest42 cannot sign in any more').waitFor()
  await section.getByRole('spinbutton', { name: 'Days of grace' }).fill('7')
  await section.getByRole('button', { name: 'Delete the account' }).click()
  await section.getByText('This account will be deleted at').waitFor()
  await page.getByText('disabled', { exact: true }).waitFor()
  await section.getByRole('button', { name: 'Keep the account, disabled' }).click()
  await section.getByRole('button', { name: 'Delete …' }).waitFor()
})

test('nobody is offered to delete themselves', options, async () => {
  await page.goto(`${opened.issuer}/console#/people?text=admin`)
  await table.getByRole('link', { name: 'admin' }).click()
  await page.getByRole('heading', { name: 'admin', level: 1 }).waitFor()
  await page.getByText('This is your own account.').waitFor()
  assert.equal(await page.getByRole('region', { name: 'Delete the account' }).count(), 0)
})

test('nothing was wider than a phone, and nothing went wrong', options, async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${opened.issuer}/console#/people?text=guest`)
  await page.getByText('60 people match.').waitFor()
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
