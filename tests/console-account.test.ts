import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// The pages of one's own account, in a real browser: who one is, sessions, and the password.

const chosen = 'seven wet umbrellas'
let opened: OpenedConsole
let page: Page
/** An access token of another session of the same person. */
let elsewhere: string

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ ada: 'customer' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/account`)
  await signIn(page, 'ada')
})

const open = (tab: string) =>
  page.getByRole('list', { name: 'My account' }).getByRole('link', { name: tab, exact: true }).click()

after(() => opened?.close())

async function signInElsewhere(given = password): Promise<string> {
  const response = await fetch(`${opened.issuer}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.14.1' },
    body: JSON.stringify({ username: 'ada', password: given }),
  })
  assert.equal(response.status, 200)
  return ((await response.json()) as { access_token: string }).access_token // its contract
}

async function isSignedIn(token: string): Promise<boolean> {
  const response = await fetch(`${opened.issuer}/v1/me`, { headers: { authorization: `Bearer ${token}` } })
  return response.status === 200
}

async function change(current: string, next: string, again = next): Promise<void> {
  const form = page.getByRole('region', { name: 'Change the password' })
  await form.getByLabel('Present password').fill(current)
  await form.getByLabel('New password', { exact: true }).fill(next)
  await form.getByLabel('The new password once more').fill(again)
  await form.getByRole('button', { name: 'Change the password' }).click()
}

test('the first page says who one is, and leads to the others', options, async () => {
  await page.getByRole('heading', { name: 'My account', level: 1 }).waitFor()
  const facts = page.locator('.facts')
  await facts.getByText('ada', { exact: true }).waitFor()
  await facts.getByText('customer').waitFor()
  for (const [tab, path] of [
    ['Security', 'security'],
    ['Sessions and activity', 'activity'],
    ['My data', 'data'],
  ] as const) {
    await open(tab)
    await page.getByRole('heading', { name: tab, level: 1 }).waitFor()
    await page.waitForURL(`${opened.issuer}/console#/account/${path}`)
    const current = page.locator('.tabs [aria-current=page]')
    assert.equal(await current.innerText(), tab)
    // Below the one of the navigation, which stays marked.
    const link = page.getByRole('navigation').getByRole('link', { name: 'My account' })
    assert.equal(await link.getAttribute('aria-current'), 'true')
  }
  await open('Overview')
  await page.getByRole('link', { name: 'none', exact: true }).click()
  await page.getByRole('heading', { name: 'Security', level: 1 }).waitFor()
})

test(
  'the sessions are listed by their browser, and the present one cannot be ended here',
  options,
  async () => {
    await open('Sessions and activity')
    await page.getByRole('heading', { name: 'Sessions and activity', level: 1 }).waitFor()
    elsewhere = await signInElsewhere()
    await page.reload()
    const rows = page.getByRole('table', { name: 'Sessions' }).getByRole('row')
    const own = rows.filter({ hasText: 'this session' })
    await own.getByText(/^Chrome \d+ on Linux$/).waitFor()
    assert.equal(await own.getByRole('button').count(), 0)
    await rows.filter({ hasText: 'curl' }).getByText('127.0.0.1').waitFor()
  },
)

test('another session is ended, and its token with it', options, async () => {
  await page.getByRole('button', { name: 'End the session of curl at 127.0.0.1' }).click()
  await page.getByText('Whoever uses it is signed out at once').waitFor()
  assert.equal(await isSignedIn(elsewhere), true)
  await page.getByRole('button', { name: 'End it now: the session of curl at 127.0.0.1' }).click()
  await page.getByRole('row').filter({ hasText: 'curl' }).waitFor({ state: 'detached' })
  assert.equal(await isSignedIn(elsewhere), false)
})

test('all other sessions are ended at once', options, async () => {
  const tokens = [await signInElsewhere(), await signInElsewhere()]
  await page.reload()
  await page.getByRole('button', { name: 'End all other sessions' }).click()
  await page.getByRole('button', { name: 'End them now' }).click()
  await page.getByText('All other sessions have ended.').waitFor()
  await page.getByRole('row').filter({ hasText: 'curl' }).first().waitFor({ state: 'detached' })
  for (const token of tokens) assert.equal(await isSignedIn(token), false)
})

const refused = [
  { name: 'a wrong present one', given: ['not it', chosen], says: 'The present password is not right.' },
  { name: 'a short new one', given: [password, 'short'], says: 'The new password is too short' },
  {
    name: 'a common new one',
    given: [password, 'passwordpassword'],
    says: 'tried first, because many people use it',
  },
  { name: 'a personal new one', given: [password, 'latchkey latchkey'], says: 'little more than your name' },
] as const

for (const { name, given, says } of refused) {
  test(`the password is not changed, and why is said in words: ${name}`, options, async () => {
    const [current, next] = given
    await open('Security')
    await change(current, next)
    await page.getByRole('alert').getByText(says).waitFor()
  })
}

test('what was done in the person’s name is listed with the reason of each refusal', options, async () => {
  await open('Sessions and activity')
  const list = page.getByRole('table', { name: 'What was done in my name' })
  await list
    .getByRole('row')
    .filter({ hasText: 'user.change_password' })
    .getByText('password_wrong')
    .waitFor()
  await list.getByRole('row').filter({ hasText: 'user.sign_in' }).first().getByText('success').waitFor()
})

test('two new passwords that differ are told before anything is sent', options, async () => {
  await open('Security')
  await change(password, chosen, 'seven wet umbrella')
  await page.getByRole('status').getByText('were not the same').waitFor()
})

test('a problem is told in the other language, too', options, async () => {
  await page.getByRole('button', { name: '中文' }).click()
  const form = page.getByRole('region', { name: '變更密碼' })
  await form.getByLabel('目前的密碼').fill('not it')
  await form.getByLabel('新密碼', { exact: true }).fill(chosen)
  await form.getByLabel('再輸入一次新密碼').fill(chosen)
  await form.getByRole('button', { name: '變更密碼' }).click()
  await page.getByRole('alert').getByText('目前的密碼不正確。').waitFor()
  await page.getByRole('button', { name: 'English' }).click()
})

test('the password is changed, this session goes on and every other one ends', options, async () => {
  const token = await signInElsewhere()
  await change(password, chosen)
  await page.getByText('The password is changed, and every other session has ended.').waitFor()
  assert.equal(await isSignedIn(token), false)
  await open('Sessions and activity')
  await page.reload()
  await page.getByText('this session').waitFor()
  await signInElsewhere(chosen)
})

test('the browser in which it was changed is still a known one', options, async () => {
  const { db } = opened.server.app
  assert.equal((await db.query('SELECT user_id FROM known_browsers')).length, 1)
})

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})
