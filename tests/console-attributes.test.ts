import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// What people have beside a name and a type: defined on a page, filled in on two others, found on a fourth.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/attributes`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Attributes', level: 1 }).waitFor()
})
after(() => opened?.close())

const open = async (name: string) => {
  await page.goto(`${opened.issuer}/console#/people?text=${name}`)
  await page.getByRole('link', { name, exact: true }).click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

test('attributes are added, each with the bounds of its kind', options, async () => {
  await page.getByText('No attributes yet.').waitFor()
  const form = page.getByRole('region', { name: 'Add an attribute' })
  const send = form.getByRole('button', { name: 'Add an attribute' })
  await form.getByLabel('Key').fill('department')
  await form.getByLabel('Label').fill('Department')
  await form.getByLabel('Allowed values').fill('sales\nresearch, basic')
  await form.getByLabel('Searchable').check()
  await form.getByLabel('The person themselves').selectOption('see')
  await send.click()
  const table = page.getByRole('table', { name: 'Attributes' })
  await table.getByText('department', { exact: true }).waitFor()
  await form.getByLabel('Key').fill('floor')
  await form.getByLabel('Label').fill('Floor')
  await form.getByLabel('Kind').selectOption('number')
  await form.getByLabel('Greatest number').fill('40')
  await form.getByLabel('The person themselves').selectOption('change')
  await send.click()
  await hasTexts(table.locator('td[data-title="Kind"]'), ['text', 'number'])
  await form.getByLabel('Key').fill('floor')
  await form.getByLabel('Label').fill('Floor')
  await send.click()
  await form.getByText('There is an attribute of this key.').waitFor()
})

test('a person has values, and is found by one of them', options, async () => {
  await open('ada')
  const details = page.getByRole('region', { name: 'Details' })
  await details.getByLabel('Department').selectOption('research, basic')
  await details.getByLabel('Floor').fill('12')
  await details.getByRole('button', { name: 'Save the details' }).click()
  await details.getByText('The details are saved.').waitFor()
  await page.goto(`${opened.issuer}/console#/people`)
  await page.getByLabel('With the attribute').selectOption('department')
  await page.getByLabel('of the value').fill('research, basic')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByText('One person matches.').waitFor()
  assert.match(page.url(), /attribute=department&value=research/)
  const names = page.getByRole('table', { name: 'People' }).locator('td[data-title="User name"]')
  await hasTexts(names, ['ada'])
})

test('an attribute is changed, and is asked for when somebody is invited', options, async () => {
  await page.goto(`${opened.issuer}/console#/attributes`)
  await page.getByRole('button', { name: 'Change Department' }).click()
  const section = page.getByRole('region', { name: 'Change Department' })
  await section.getByLabel('Required').check()
  await section.getByRole('button', { name: 'Save Department' }).click()
  await section.waitFor({ state: 'detached' })
  await page.goto(`${opened.issuer}/console#/people`)
  const invite = page.getByRole('region', { name: 'Invite a person' })
  await invite.getByLabel('Department (required)').selectOption('sales')
  await invite.getByLabel('User name').fill('ben')
  await invite.getByRole('button', { name: 'Invite a person' }).click()
  await page.getByText('ben is invited.').waitFor()
  await open('ben')
  assert.equal(await page.getByLabel('Department (required)').inputValue(), 'sales')
})

test(
  'an attribute is removed with the second press, which says how many people lose a value',
  options,
  async () => {
    await page.goto(`${opened.issuer}/console#/attributes`)
    await page.getByRole('button', { name: 'Remove Department' }).click()
    await page.getByText('2 people have a value of Department, which are lost.').waitFor()
    await page.getByRole('button', { name: 'Change Floor' }).click()
    await page.getByRole('region', { name: 'Change Floor' }).waitFor()
    assert.deepEqual(await axeFaults(page), [])
    await page.getByRole('button', { name: 'Remove it now' }).click()
    await page.getByText('department', { exact: true }).waitFor({ state: 'detached' })
  },
)

test('a person changes what they may change, and no phone is too narrow', options, async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, 'ada')
  await page.goto(`${opened.issuer}/console#/account`)
  const details = page.getByRole('region', { name: 'Details' })
  assert.equal(await details.getByLabel('Floor').inputValue(), '12')
  assert.deepEqual(await axeFaults(page), [])
  await details.getByLabel('Floor').fill('13')
  await details.getByRole('button', { name: 'Save the details' }).click()
  await details.getByText('The details are saved.').waitFor()
  await page.setViewportSize({ width: 390, height: 844 })
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390)
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
