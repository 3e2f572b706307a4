import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// All that is held about a person is a file, which they save themselves or an administrator does.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
})
after(() => opened?.close())

/** The file that is saved by a press. */
async function savedBy(button: Locator): Promise<{ name: string; account: { username: string } }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  const { account } = JSON.parse(readFileSync(await download.path(), 'utf8')) as {
    account: { username: string }
  }
  return { name: download.suggestedFilename(), account }
}

test('a person saves their data', options, async () => {
  await page.goto(`${opened.issuer}/console#/account/data`)
  await signIn(page, 'ada')
  const section = page.getByRole('region', { name: 'My data' })
  const { name, account } = await savedBy(section.getByRole('button', { name: 'Download my data' }))
  assert.deepEqual([name, account.username], ['my-data.json', 'ada'])
  await section.getByText('The file is saved.').waitFor()
})

test('a sign-in of longer ago is asked for again', options, async () => {
  const { app } = opened.server
  await app.db.transaction((tx) => tx.query('UPDATE sessions SET created_at = created_at - 600000'))
  const button = page.getByRole('button', { name: 'Download my data' })
  const download = page.waitForEvent('download')
  await button.click()
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByLabel('Password').fill(password)
  await dialog.getByRole('button', { name: 'Continue' }).click()
  assert.equal((await download).suggestedFilename(), 'my-data.json')
})

test('an administrator saves the data of a person, after it was said what that means', options, async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, 'admin')
  await page.goto(`${opened.issuer}/console#/people?text=ada`)
  await page.getByRole('link', { name: 'ada', exact: true }).click()
  const section = page.getByRole('region', { name: 'All that is held about them' })
  await section.getByRole('button', { name: 'Download …' }).click()
  await section.getByText('ada is told by mail').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  const { name, account } = await savedBy(section.getByRole('button', { name: 'Download it' }))
  assert.deepEqual([name, account.username], ['ada.json', 'ada'])
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
