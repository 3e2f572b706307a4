import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { grant } from '../packages/server/src/accounts/permissions/grants.ts'
import { disableUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn, textsOf } from './support/console.ts'

// Why somebody was refused, and the sign-ins of everybody, as an administrator meets them.

let opened: OpenedConsole
let page: Page
let ada: string

const post = (path: string, body: unknown) =>
  fetch(`${opened.issuer}${path}`, {
    ...{ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
  })
const logIn = async (username: string, given: string) => post('/v1/login', { username, password: given })

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer', bob: 'customer' })
  page = opened.page
  const { app } = opened.server
  ada = (await app.access.ground.people.idNamed('ada'))!
  const denial = { kind: 'denial', permission: 'devices:bind', reason: 'on leave', until: null } as const
  await grant(app, operator, ada, denial)
  const { access_token: token } = (await (await logIn('ada', password)).json()) as { access_token: string }
  for (const path of ['/v1/keys', '/v1/devices/claims'])
    await fetch(`${opened.issuer}${path}`, {
      method: path === '/v1/keys' ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(path !== '/v1/keys' && { body: '{}' }),
    })
  await logIn('ada', 'wrong')
  await logIn('nobody', 'wrong')
  for (let i = 0; i < 6; i++) await logIn('bob', 'wrong')
  await disableUser(app, operator, ada)
  await logIn('ada', password)
  await page.goto(`${opened.issuer}/console`)
  await signIn(page, 'admin')
  await page.getByRole('link', { name: 'People' }).click()
})

after(() => opened?.close())

const row = (text: string) =>
  page.getByRole('table', { name: 'Why they were refused' }).getByRole('row').filter({ hasText: text })
const explained = async (text: string): Promise<string> => {
  await row(text).getByText('The rule, and what to do').click()
  await row(text).getByText('What to do:').waitFor()
  return row(text).innerText()
}

test('the page of a person says in words why they were refused', options, async () => {
  await page.getByRole('link', { name: 'ada' }).click()
  await textsOf(page.getByRole('table', { name: 'Why they were refused' }).getByRole('row'), 5)
  await row('The password was not right.').waitFor()
  await row('keys:read').getByText('does not have the permission').waitFor()
})

const rules: readonly [name: string, row: string, says: RegExp][] = [
  ['who disabled it, and when', 'The account is disabled.', /disabled by the operator at .*Enable it/s],
  ['the type lacks it', 'keys:read', /At that time: the type customer does not permit it.*grant it/s],
  ['a denial and who made it', 'devices:bind', /denied by the operator: on leave/],
  ['a wrong password', 'The password was not right.', /send a link/],
]
for (const [name, text, says] of rules) {
  test(`opened, it says the rule and what to do: ${name}`, options, async () => {
    await row(text).waitFor()
    const shown = await explained(text)
    if (!says.test(shown))
      await row(text)
        .getByText(/Now:|disabled by/)
        .waitFor()
    assert.match(await row(text).innerText(), says)
  })
}

test('who is locked out is told until when', options, async () => {
  await page.goto(`${opened.issuer}/console#/people`)
  await page.getByRole('link', { name: 'bob' }).click()
  assert.match(await explained('There were too many'), /The next attempt was admitted from .* on\..*Unlock/s)
})

test(
  'all sign-ins of a person are one press away, and the search stands in the address',
  options,
  async () => {
    await page.getByRole('link', { name: 'All their sign-ins' }).click()
    await page.getByRole('heading', { level: 1, name: 'Sign-ins' }).waitFor()
    const table = page.getByRole('table', { name: 'Sign-ins' })
    const rows = await textsOf(table.getByRole('row'), 3)
    assert.ok(rows.slice(1).every((one) => one.includes('bob')))
    await page.getByRole('link', { name: 'Sign-ins', exact: true }).click()
    // The list of everybody is there, and with it the empty form: what is typed before goes with the form of before.
    await page.waitForURL(/#\/sign-ins$/)
    await table.getByText('nobody of this name').waitFor()
    await page.getByLabel('Outcome').selectOption('refused')
    await page.getByLabel('Reason').fill('user_unknown')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.waitForURL(/#\/sign-ins\?outcome=refused&reason=user_unknown$/)
    await textsOf(table.getByRole('row'), 2)
    await table.getByText('nobody of this name').waitFor()
    await page.reload()
    await table.getByText('nobody of this name').waitFor()
    assert.equal(await page.getByLabel('Reason').inputValue(), 'user_unknown')
  },
)

test('what was searched for is saved as a file', options, async () => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'sign-ins.csv')
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  assert.equal(lines.length, 2)
  assert.match(lines[1] ?? '', /,refused,user_unknown,/)
})

test('nothing is wider than a phone, in either language', options, async () => {
  await page.setViewportSize({ width: 390, height: 800 })
  for (const path of [`people/${ada}`, 'sign-ins']) {
    await page.goto(`${opened.issuer}/console#/${path}`)
    for (const language of ['中文', 'English']) {
      await page.getByRole('table').first().waitFor()
      const width = await page.evaluate('document.documentElement.scrollWidth')
      assert.ok(Number(width) <= 390, `${path} ${width}`)
      await page.getByRole('button', { name: language }).click()
    }
  }
})

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual([opened.faults, opened.log.errors], [[], []])
})
