import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { insertAlarm } from '../packages/server/src/alarms/store.ts'
import { inChromium as options } from './support/chromium.ts'
import { hasTexts, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// Alarms: found, acknowledged, silenced and closed, and their rules changed. Webhooks: registered, tried, changed and removed.

let opened: OpenedConsole
let page: Page

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  const { app } = opened.server
  const now = app.world.now()
  const row = { severity: 'high', subject_kind: 'user', facts: null, opened_at: now, last_at: now } as const
  const more = { ...row, times: 12, subjects: 1, holds_until: null, tell_at: null }
  await app.db.transaction(async (tx) => {
    await insertAlarm(tx, { ...more, id: 'alm_1', rule: 'brute_force', subject: 'usr_a' })
    await insertAlarm(tx, { ...more, id: 'alm_2', rule: 'refresh_reuse', subject: 'usr_b' })
  })
  await page.goto(`${opened.issuer}/console#/alarms`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Alarms', level: 1 }).waitFor()
})
after(async () => {
  await opened?.close()
})

const about = () => page.locator('td[data-title="About"]')
const answered = (path: RegExp) => page.waitForResponse((response) => path.test(response.url()))

test('open alarms come first, and the filter is in the address', options, async () => {
  await hasTexts(about(), ['usr_b', 'usr_a'])
  // The navigation says how many there are.
  await page.getByRole('navigation').getByTitle('2 alarms are open').waitFor()
  const filter = page.getByRole('search')
  await filter.getByLabel('Rule').selectOption('brute_force')
  await filter.getByRole('button', { name: 'Show' }).click()
  await page.waitForURL(/rule=brute_force/)
  await hasTexts(about(), ['usr_a'])
})

test('an alarm is acknowledged, silenced and closed', options, async () => {
  await page.getByRole('link', { name: /^Details of Many wrong sign-ins/ }).click()
  await page.getByRole('heading', { name: 'Many wrong sign-ins of one account', level: 2 }).waitFor()
  const acknowledged = answered(/alm_1\/acknowledge$/)
  await page.getByRole('button', { name: 'Acknowledge' }).click()
  assert.equal((await acknowledged).status(), 200)
  const form = page.getByRole('form', { name: 'Silence this rule for' })
  await form.getByLabel('Hours').fill('2')
  await form.getByLabel('Reason').fill('a test')
  const silenced = answered(/alarm-silences$/)
  await form.getByRole('button', { name: 'Silence' }).click()
  assert.equal((await silenced).status(), 201)
  await page.getByText('It is silent until then.').waitFor()
  const closed = answered(/alm_1\/close$/)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  assert.equal((await closed).status(), 200)
  await page.getByText('by a person').waitFor()
})

test('a rule is added, changed and removed', options, async () => {
  await page.goto(`${opened.issuer}/console#/alarms/rules`)
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByLabel('Word for it').fill('commands')
  await page.getByLabel('Title').fill('Many commands')
  await page.getByLabel('Events').fill('device.command, user.dance')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Events').fill('device.command')
  await page.getByRole('button', { name: 'Save' }).click()
  const row = page.getByRole('row').filter({ hasText: 'Many commands' })
  await row.getByText('10 times · within 10 min').waitFor()
  await row.getByRole('button', { name: 'Change: Many commands' }).click()
  await page.getByLabel('From (times)').fill('30')
  await page.getByRole('button', { name: 'Save' }).click()
  await row.getByText('30 times · within 10 min').waitFor()
  await row.getByRole('button', { name: 'Remove: Many commands' }).click()
  await page.getByRole('button', { name: 'Remove the rule' }).click()
  await row.waitFor({ state: 'detached' })
})

test('a rule is changed and is as it ships again, and a silence is ended', options, async () => {
  await page.goto(`${opened.issuer}/console#/alarms/rules`)
  const edit = page.getByRole('button', { name: 'Change: Many wrong sign-ins of one account' })
  await edit.click()
  await page.getByLabel('From (times)').fill('20')
  const saved = answered(/alarm-rules\/brute_force$/)
  await page.getByRole('button', { name: 'Save' }).click()
  assert.equal((await saved).status(), 200)
  await page.getByText('20 times · within 15 min').waitFor()
  await edit.click()
  await page.getByRole('button', { name: 'As it ships' }).click()
  await page.getByText('10 times · within 15 min').waitFor()
  await page.getByRole('button', { name: 'End the silence: Many wrong' }).click()
  await page.getByRole('button', { name: 'End the silence', exact: true }).click()
  await page.getByText('Nothing is silent.').waitFor()
})

test(
  'a webhook is registered, its secret shown once, and one that may not be is refused',
  options,
  async () => {
    await page.goto(`${opened.issuer}/console#/webhooks`)
    const form = page.getByRole('region', { name: 'Register a webhook' })
    const send = form.getByRole('button', { name: 'Register a webhook' })
    await form.getByLabel('Name').fill('pager')
    await form.getByLabel('Address').fill('http://hook.example/')
    await send.click()
    await form.getByText('This server may not send to this address.').waitFor()
    await form.getByLabel('Address').fill('https://10.0.0.1/')
    await send.click()
    await page.getByText(/^whsec_/).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'pager', exact: true }).click()
    await page.getByRole('heading', { name: 'pager', level: 1 }).waitFor()
    assert.equal(await page.getByText(/whsec_/).count(), 0)
  },
)

test('a test is sent, and its delivery is seen and sent again', options, async () => {
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The test was not taken: address_not_allowed.').waitFor()
  await page.goto(`${page.url()}?state=dead`)
  const replayed = answered(/\/replay$/)
  await page.getByRole('button', { name: /^Send again: msg_/ }).click()
  assert.equal((await replayed).status(), 200)
  await page.getByText('No deliveries of this kind.').waitFor()
})

test('a webhook is switched off and removed', options, async () => {
  await page.getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('button', { name: 'Switch on' }).waitFor()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Remove the webhook' }).click()
  await page.getByText('It is removed.').waitFor()
  await page.getByRole('link', { name: 'All webhooks' }).click()
  await page.getByText('No webhooks yet.').waitFor()
})
