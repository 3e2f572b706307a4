import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDevice } from 'latchkey/device'
import { generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import type { Page } from 'playwright-core'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type Client, connect } from '../packages/server/src/mqtt/client.ts'
import { inChromium as options } from './support/chromium.ts'
import { exactly, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// The console as a person meets it: a real server, a real browser, a lamp that connects over MQTT.

let opened: OpenedConsole
let issuer: string
let page: Page
let lamp: Client | undefined
let uid: string
let code: string

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  issuer = opened.issuer
  page = opened.page
})

after(async () => {
  if (options.skip !== false) return
  await lamp?.end()
  await opened?.close()
})

test(
  'a browser that asks for the root is led to the form, which says how long one stays signed in',
  options,
  async () => {
    await page.goto(issuer)
    assert.equal(page.url(), `${issuer}/console`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByText('You stay signed in until you sign out or close the browser.').waitFor()
  },
)

test('a wrong password is answered in words, and with the code of the server', options, async () => {
  await signIn(page, 'ada', 'not her password at all')
  const alert = page.getByRole('alert')
  await alert.getByText('The user name or the password is not right.').waitFor()
  await alert.getByText('credentials_invalid').waitFor()
})

test('somebody sees the pages that their token is good for, and no others', options, async () => {
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  assert.deepEqual(await page.getByRole('navigation').getByRole('link').allTextContents(), [
    'Devices',
    'My account',
  ])
})

test('a device is claimed, and is seen to come online by itself', options, async () => {
  await makeLamp()
  await page.getByLabel('UID').fill(uid)
  await page.getByLabel('Claim code').fill(code)
  await page.getByRole('button', { name: 'Claim a device' }).click()
  await page.getByText('Hall lamp is yours now.').waitFor()
  const row = page.getByRole('row').filter({ hasText: uid })
  await row.getByText('offline').waitFor()
  await connectLamp()
  await row.getByText('online').waitFor()
  await row.getByText('owner').waitFor()
})

test('its telemetry is seen as it comes, and a command brings its reply', options, async () => {
  await page.getByRole('link', { name: 'Hall lamp' }).click()
  await page.getByRole('heading', { name: 'Hall lamp' }).waitFor()
  await lamp?.publish(`d/${uid}/tele`, '{"celsius":21.5}', { qos: 1 })
  await page.getByText('{"celsius":21.5}').waitFor()
  await page.getByLabel('Method').fill('switch')
  await page.getByLabel('Payload').fill('{"on": yes}')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByRole('alert').getByText('not JSON').waitFor()
  await page.getByLabel('Payload').fill('{"on": true}')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText(/^Reply 200 after \d+ ms$/).waitFor()
})

test('it is shared, and no longer', options, async () => {
  const shares = page.getByRole('region', { name: 'Shared with' })
  await shares.getByLabel('User name').fill('nobody')
  await shares.getByRole('button', { name: 'Share' }).click()
  await shares.getByRole('alert').getByText('no such user').waitFor()
  await shares.getByLabel('User name').fill('admin')
  await shares.getByRole('button', { name: 'Share', exact: true }).click()
  await shares.getByRole('button', { name: 'Stop sharing with admin' }).click()
  await shares.getByText('admin does not see this device any more').waitFor()
  await shares.getByRole('button', { name: 'Stop it now: sharing with admin' }).click()
  await shares.getByText('Shared with nobody.').waitFor()
})

test('signing out ends the session at the server', options, async () => {
  const [request] = await Promise.all([
    page.waitForRequest((given) => given.url().endsWith('/v1/logout')),
    page.getByRole('button', { name: 'Sign out' }).click(),
  ])
  await page.getByText('You have signed out.').waitFor()
  assert.equal((await request.response())?.status(), 204)
  const headers = { authorization: (await request.headerValue('authorization')) ?? '' }
  assert.equal((await fetch(`${issuer}/v1/me`, { headers })).status, 401)
})

test('who may read the log sees it grow', options, async () => {
  await signIn(page, 'admin')
  await page.getByRole('link', { name: 'Activity' }).click()
  await page.getByText('live', { exact: true }).waitFor()
  const table = page.getByRole('table', { name: 'Activity' })
  await table.getByRole('link', { name: 'device.command' }).waitFor()
  // Who and what is told by name, with a way to its page.
  await table.getByRole('link', { name: 'ada', exact: true }).first().waitFor()
  const lampPage = table.getByRole('link', { name: 'Open the page of Hall lamp' }).first()
  assert.match((await lampPage.getAttribute('href')) ?? '', /^#\/devices\/[a-z0-9]+$/)
  const disconnects = table.getByRole('link', { name: 'device.disconnect' })
  assert.equal(await disconnects.count(), 0)
  await lamp?.end()
  lamp = undefined
  await disconnects.waitFor()
})

test('a search stands in the address', options, async () => {
  await page.getByLabel('Event').fill('user.sign_in')
  await page.getByLabel('Outcome').selectOption('refused')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.waitForURL(/#\/activity\?event=user.sign_in&outcome=refused$/)
  await page.getByText('live', { exact: true }).waitFor()
  const rows = page.getByRole('table', { name: 'Activity' }).getByRole('row')
  await rows.nth(1).getByText('refused').waitFor()
  await exactly(rows, 2)
})

test(
  'a value that is clicked is searched for as well, and an event has an address and a receipt',
  options,
  async () => {
    const table = page.getByRole('table', { name: 'Activity' })
    await table.getByRole('row').nth(1).getByRole('link').first().click()
    await page.waitForURL(/#\/activity\?event=user.sign_in&outcome=refused&show=evt_/)
    const event = page.getByRole('region', { name: 'One event' })
    await event.getByText('Place in the log').waitFor()
    const downloading = page.waitForEvent('download')
    await event.getByRole('button', { name: 'Save the receipt' }).click()
    assert.match((await downloading).suggestedFilename(), /^evt_.*\.receipt$/)
    await event.getByRole('link', { name: 'Close' }).click()
    await page.waitForURL(/#\/activity\?event=user.sign_in&outcome=refused$/)
    await event.waitFor({ state: 'detached' })
    await table.getByRole('row').nth(1).getByRole('link', { name: '127.0.0.1' }).click()
    await page.waitForURL(/#\/activity\?event=user.sign_in&outcome=refused&address=127.0.0.1$/)
    await page.getByRole('row').nth(1).getByText('refused').waitFor()
    assert.equal(await page.getByLabel('Address').inputValue(), '127.0.0.1')
  },
)

test('a page that is opened behind others is loaded when it is shown', options, async () => {
  const behind = await opened.context.newPage()
  await behind.addInitScript({
    content: `let state = 'hidden'
      Object.defineProperty(document, 'visibilityState', { get: () => state })
      addEventListener('shown', () => {
        state = 'visible'
        document.dispatchEvent(new Event('visibilitychange'))
      })`,
  })
  let asked = 0
  await behind.route('**/v1/keys', (route) => {
    asked += 1
    return route.continue()
  })
  await behind.goto(`${issuer}/console#/keys`)
  await behind.getByRole('heading', { name: 'Keys', level: 1 }).waitFor()
  assert.equal(asked, 0)
  await behind.evaluate("dispatchEvent(new Event('shown'))")
  // It is asked for each minute after that.
  await behind.getByRole('row').nth(1).waitFor({ timeout: 20_000 })
  await behind.close()
})

test('a page that could not be loaded is loaded soon, with nobody pressing anything', options, async () => {
  const other = await opened.context.newPage()
  await other.route('**/v1/keys', (route) => route.fulfill({ status: 503, json: { code: 'overloaded' } }), {
    times: 1,
  })
  await other.goto(`${issuer}/console#/keys`)
  await other.getByRole('alert').getByText('overloaded').waitFor()
  await other.getByRole('row').nth(1).waitFor({ timeout: 20_000 })
  assert.equal(await other.getByRole('alert').count(), 0)
  await other.close()
})

test('a search is saved, opened, renamed and removed', options, async () => {
  const saved = page.getByRole('region', { name: 'Saved searches' })
  const open = () => page.locator('summary', { hasText: 'Saved searches' }).click()
  await open()
  await saved.getByLabel('Name of this search').fill('refused here')
  await saved.getByRole('button', { name: 'Save search' }).click()
  await saved.getByRole('link', { name: 'refused here' }).waitFor()
  await saved.getByRole('button', { name: 'Rename refused here' }).click()
  await saved.getByLabel('New name').fill('refusals')
  await saved.getByRole('button', { name: 'Rename', exact: true }).last().click()
  await saved.getByRole('link', { name: 'refusals' }).waitFor()
  await page.goto(`${issuer}/console#/activity`)
  await open()
  await saved.getByRole('link', { name: 'refusals' }).click()
  await page.waitForURL(/#\/activity\?event=user.sign_in&outcome=refused&address=127.0.0.1$/)
  await open()
  await saved.getByRole('button', { name: 'Remove refusals' }).click()
  await saved.getByRole('button', { name: 'Remove it' }).click()
  await saved.getByText('No search is saved.').waitFor()
})

test('a person is invited by a link that is shown once, disabled and enabled', options, async () => {
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByLabel('User name').fill('ben')
  await page.getByRole('button', { name: 'Invite a person' }).click()
  await page.getByText(`${issuer}/invitations/`).waitFor()
  await page.getByRole('button', { name: 'Disable ben' }).click()
  await page.getByText('They cannot sign in, and every session ends at once.').waitFor()
  // What was pressed is gone, and a key pressed once more does nothing.
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Disable ben' }).click()
  await page.getByRole('button', { name: 'Disable now: ben' }).click()
  await page.getByRole('button', { name: 'Enable ben' }).click()
  await page.getByRole('button', { name: 'Disable ben' }).waitFor()
})

test('a person gets another type, after a second look', options, async () => {
  const type = page.getByLabel('Type of ben')
  await type.selectOption('administrator')
  await page.getByText('Every session of them ends.').waitFor()
  await page.getByRole('button', { name: 'Change the type' }).click()
  await page.getByRole('button', { name: 'Change the type' }).waitFor({ state: 'detached' })
  assert.equal(await type.inputValue(), 'administrator')
  const rows = await opened.server.app.db.query("SELECT user_type FROM users WHERE username = 'ben'")
  assert.deepEqual(rows, [{ user_type: 'administrator' }])
  // Nobody changes the type of their own account.
  assert.equal(await page.getByLabel('Type of admin').count(), 0)
})

test('the other language is one press away', options, async () => {
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { name: '人員', exact: true }).waitFor()
  assert.equal(await page.locator('html').getAttribute('lang'), 'zh-Hant')
})

test('nothing is wider than a phone', options, async () => {
  await page.setViewportSize({ width: 390, height: 844 })
  for (const name of ['裝置', '活動紀錄', '人員']) {
    await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
    await page.getByRole('row').nth(1).waitFor()
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, name)
  }
})

test('a reload stays signed in, at the same place and in the same language', options, async () => {
  await page.reload()
  await page.getByRole('heading', { name: '人員', level: 1 }).waitFor()
})

test(
  'all the while there was no error, no breach of the policy, and no request to elsewhere',
  options,
  () => {
    assert.deepEqual(opened.faults, [])
    assert.deepEqual(opened.log.errors, [])
  },
)

const key = generateKey('ES256')

async function makeLamp(): Promise<void> {
  const { app } = opened.server
  const made = { name: 'Hall lamp', product: 'lamp', key: { ...toJwk(publicKeyOf(key)) } }
  uid = (await registerDevice(app, operator, made)).uid
  code = (await createDevice({ uid, key, server: issuer }).createClaimCode()).code
}

async function connectLamp(): Promise<void> {
  const { clientId, username, password } = createDevice({ uid, key, server: issuer }).credentials()
  const client = await connect({
    host: '127.0.0.1',
    port: opened.server.mqtt.port,
    protocol: 5,
    clientId,
    username,
    password,
    onMessage: ({ topic, payload }) => {
      const rid = topic.split('/')[3]
      void client.publish(`d/${uid}/cmd/${rid}/res/200`, payload.toString(), { qos: 1 })
    },
  })
  lamp = client
  await client.subscribe(`d/${uid}/cmd/+/+`, 1)
}
