import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { usernameKey } from '../packages/server/src/accounts/users/username-key.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { insertClaimCode, upsertRelation } from '../packages/server/src/devices/relations/store.ts'
import { moveDevice } from '../packages/server/src/devices/store.ts'
import { operator } from '../packages/server/src/identity.ts'
import { keptUserCode, newUserCode } from '../packages/server/src/secrets/user-codes.ts'
import { realWorld } from '../packages/server/src/world.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { challenge, verifier } from '../packages/server/test/authorization.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { newKey, publicJwk } from '../packages/server/test/home.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn } from './support/console.ts'

// The code flow in a browser: an application of another origin sends a person here, and its own callback sends them on to a third one.
// `form-action` holds for all redirects that follow a form, so that the answer to a form is a page that goes on by itself.

let opened: OpenedConsole
let shop: { id: string }
let home: { origin: string; server: Server }
let callback: { origin: string; server: Server }
/** Of ada. */
let lamp: { uid: string }

/** A server of an application: its answers are its pages. */
async function serve(answer: (url: URL) => { location: string } | string) {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const server = createServer((request, response) => {
    const given = answer(new URL(request.url ?? '/', origin))
    if (typeof given === 'object') response.writeHead(303, given).end()
    else
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<!doctype html><title>Shop</title><main>${given}</main>`)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { origin, server }
}

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ ada: 'customer' })
  home = await serve((url) => `<h1>Back in the shop</h1><p>${url.searchParams.get('state') ?? ''}</p>`)
  callback = await serve((url) => ({ location: `${home.origin}/?${url.searchParams}` }))
  shop = await placeApplication(opened.server, {
    ...{ name: 'Shop', redirect_uris: [`${callback.origin}/back`], authentication: 'none', type: 'browser' },
    grants: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'devices:view', 'devices:control'],
    logout_uris: [`${home.origin}/bye`],
  })
  const { app } = opened.server
  lamp = await newDevice('Hall lamp')
  const ada = await findUserByName(app.db, usernameKey('ada'))
  const userId = ada?.id ?? ''
  await app.db.transaction((tx) =>
    upsertRelation(tx, {
      ...{
        uid: lamp.uid,
        subject: userId,
        relation: 'owner',
        until: null,
        granted_by: userId,
        created_at: 1,
      },
    }),
  )
})
/** A door bell that asks to be bound by these letters. */
async function waitToBeBound(letters: string): Promise<void> {
  const { app } = opened.server
  const { uid } = await newDevice('Door bell')
  await app.db.transaction(async (tx) => {
    await moveDevice(tx, uid, ['manufactured', 'claimable'], 'claimable', null)
    await insertClaimCode(tx, {
      ...{
        secretHash: uid,
        uid,
        issuedByDevice: true,
        createdAt: Date.now(),
        expiresAt: Date.now() + 600_000,
      },
      typed: {
        ...{ userCode: keptUserCode(app.masterKey, letters), address: '192.0.2.7' },
        ...{ region: null, userAgent: 'bell/1' },
      },
    })
  })
}

const newDevice = (name: string) =>
  registerDevice(opened.server.app, operator, { name, product: 'home', key: publicJwk(newKey()) })

after(async () => {
  home?.server.close()
  callback?.server.close()
  await opened?.close()
})

const requestFor = (more: Record<string, string> = {}) =>
  `${opened.issuer}/oauth/authorize?${new URLSearchParams({
    ...{ response_type: 'code', client_id: shop.id, redirect_uri: `${callback.origin}/back`, state: 'kept' },
    ...{ scope: 'openid profile devices:view', code_challenge: challenge, code_challenge_method: 'S256' },
    ...more,
  })}`

async function newContext(
  more: Parameters<NonNullable<ReturnType<BrowserContext['browser']>>['newContext']>[0],
) {
  const browser = opened.context.browser() ?? assert.fail('a persistent context has no browser')
  const context = await browser.newContext({ locale: 'en-GB', ...more })
  context.setDefaultTimeout(30_000)
  return context
}

for (const javaScriptEnabled of [true, false]) {
  test(
    `${javaScriptEnabled ? 'with' : 'without'} script: signed in, let in, sent on to a third origin, and asked no more`,
    options,
    async () => {
      const context = await newContext({ javaScriptEnabled })
      const page = await context.newPage()
      // As a person comes: by a link on a page of the application.
      await page.goto(`${home.origin}/`)
      await page.goto(requestFor({ prompt: 'consent' }), { referer: home.origin })
      await signIn(page, 'ada')
      await page.getByRole('heading', { name: 'Let Shop in?' }).waitFor()
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      await page.getByRole('heading', { name: 'Back in the shop' }).waitFor()
      await page.getByText('kept').waitFor()
      assert.ok(new URL(page.url()).searchParams.get('code')?.startsWith('lk_code_'))
      // Once more, in one step.
      await page.goto(requestFor({ state: 'again' }), { referer: home.origin })
      await page.getByText('again').waitFor()
      // And a person who does not want to.
      await page.goto(requestFor({ prompt: 'consent' }))
      await page.getByRole('button', { name: 'Do not allow' }).click()
      await page.getByRole('heading', { name: 'Back in the shop' }).waitFor()
      assert.equal(new URL(page.url()).searchParams.get('error'), 'access_denied')
      await context.close()
    },
  )
}

test(
  'a device is let in by its code, and a sign-out by a form goes on to the application',
  options,
  async () => {
    const context = await newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    const asked = await fetch(`${opened.issuer}/oauth/device_authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: shop.id, scope: 'devices:view' }),
    })
    const { user_code, verification_uri_complete } = (await asked.json()) as Record<string, string>
    await page.goto(verification_uri_complete ?? '')
    await signIn(page, 'ada')
    assert.equal(await page.getByLabel('Code').inputValue(), user_code)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Let Shop in on a device?' }).waitFor()
    await page.getByText('127.0.0.1').waitFor()
    await page.getByRole('button', { name: 'Let it in', exact: true }).click()
    await page.getByRole('heading', { name: 'The device is let in' }).waitFor()
    const bye = { client_id: shop.id, post_logout_redirect_uri: `${home.origin}/bye`, state: 'gone' }
    await page.goto(`${opened.issuer}/oauth/logout?${new URLSearchParams(bye)}`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Back in the shop' }).waitFor()
    await page.getByText('gone').waitFor()
    await page.goto(`${opened.issuer}/device`)
    await page.getByLabel('User name').waitFor()
    await context.close()
  },
)

test(
  'by the sign-in of the console, where passkeys are, one comes back to the application',
  options,
  async () => {
    const context = await newContext({})
    const page = await context.newPage()
    const next = (url: string) => new URL(url).searchParams.get('next') ?? ''
    for (const prompt of ['consent', 'login consent']) {
      await page.goto(requestFor({ prompt }))
      if (prompt === 'consent') await page.waitForURL(/\/sign-in\?/)
      await page.goto(`${opened.issuer}/console?${new URLSearchParams({ next: next(page.url()) })}`)
      // Also who is signed in to the console signs in: the application may ask for that.
      await signIn(page, 'ada')
      await page.getByRole('heading', { name: 'Let Shop in?' }).waitFor()
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      await page.getByRole('heading', { name: 'Back in the shop' }).waitFor()
    }
    await page.goto(`${opened.issuer}/console?next=//localhost:1/`)
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
    await context.close()
  },
)

test(
  'an application of another origin signs the browser out in a frame, and the page leads on',
  options,
  async () => {
    const asked: string[] = []
    const framed = await serve((url) => {
      if (url.pathname === '/out') asked.push(url.search)
      return '<h1>Signed out of the shop</h1>'
    })
    const { origin } = framed
    const told = await placeApplication(opened.server, {
      ...{ name: 'Told', redirect_uris: [`${origin}/back`], authentication: 'none', type: 'browser' },
      ...{
        is_first_party: true,
        frontchannel_logout_uri: `${origin}/out`,
        logout_uris: [`${home.origin}/bye`],
      },
    })
    const context = await newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(requestFor({ client_id: told.id, redirect_uri: `${origin}/back`, scope: 'openid' }))
    await signIn(page, 'ada')
    await page.waitForURL(`${origin}/back?*`)
    const form = { grant_type: 'authorization_code', client_id: told.id, code_verifier: verifier }
    const answer = await fetch(`${opened.issuer}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ ...form, redirect_uri: `${origin}/back` },
        code: new URL(page.url()).searchParams.get('code') ?? '',
      }),
    })
    assert.equal(answer.status, 200)
    const bye = { client_id: told.id, post_logout_redirect_uri: `${home.origin}/bye`, state: 'after it' }
    await page.goto(`${opened.issuer}/oauth/logout?${new URLSearchParams(bye)}`)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('after it').waitFor()
    assert.equal(asked.length, 1)
    assert.equal(new URLSearchParams(asked[0]).get('iss'), opened.issuer)
    await context.close()
    framed.server.close()
  },
)

const pictures = process.env.LATCHKEY_TEST_PICTURES
const looks = [
  { locale: 'en-GB', colorScheme: 'light', width: 1280 },
  { locale: 'en-GB', colorScheme: 'dark', width: 390 },
  { locale: 'zh-TW', colorScheme: 'light', width: 390 },
  { locale: 'zh-TW', colorScheme: 'dark', width: 1280 },
] as const

for (const { locale, colorScheme, width } of looks) {
  test(`axe finds nothing on the pages: ${locale}, ${colorScheme}, ${width} pixels`, options, async () => {
    const context = await newContext({ locale, colorScheme, viewport: { width, height: 844 } })
    const page = await context.newPage()
    const holds = async (name: string) => {
      assert.deepEqual(await axeFaults(page), [], name)
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, name)
      if (pictures === undefined) return
      mkdirSync(pictures, { recursive: true })
      await page.screenshot({
        path: join(pictures, `${name}-${locale}-${colorScheme}-${width}.png`),
        fullPage: true,
      })
    }
    await page.goto(
      requestFor({ prompt: 'consent', scope: 'openid profile email offline_access devices:control' }),
    )
    await signInWith(page)
    await page.locator('button[value=allow]').waitFor()
    await holds('consent')
    const leash = { type: 'device', identifier: lamp.uid, actions: ['view', 'control'] }
    const until = Math.floor(Date.now() / 1000) + 7_200
    await page.goto(
      requestFor({
        ...{ prompt: 'consent', scope: 'openid' },
        authorization_details: JSON.stringify([{ ...leash, methods: ['switch', 'dim'], expires_at: until }]),
      }),
    )
    await page.getByText('switch, dim').waitFor()
    await holds('consent-devices')
    await page.goto(requestFor({ prompt: 'select_account' }))
    await holds('choice')
    await page.goto(requestFor({ redirect_uri: 'https://evil.example' }))
    await holds('fault')
    await page.goto(`${opened.issuer}/device?user_code=BCDF-GHJK`)
    await holds('device-code')
    const asked = await fetch(`${opened.issuer}/oauth/device_authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: shop.id, scope: 'openid devices:view' }),
    })
    const { user_code = '' } = (await asked.json()) as Record<string, string>
    await page.locator('#code').fill(user_code)
    await page.locator('button').click()
    await page.locator('button[value=deny]').waitFor()
    await holds('device-approval')
    await page.locator('button[value=deny]').click()
    await holds('device-denied')
    const letters = newUserCode(realWorld)
    await waitToBeBound(letters)
    await page.goto(`${opened.issuer}/device?user_code=${letters}`)
    await page.locator('button').click()
    await page.getByText('Door bell').first().waitFor()
    await holds('device-binding')
    await page.locator('button[value=allow]').click()
    await page.locator('form').waitFor({ state: 'detached' })
    await holds('device-bound')
    await page.goto(`${opened.issuer}/oauth/logout`)
    await holds('sign-out')
    await page.locator('button').click()
    await page.locator('form').waitFor({ state: 'detached' })
    await holds('signed-out')
    await context.close()
  })
}

/** In whatever language. */
async function signInWith(page: Page): Promise<void> {
  await page.locator('#username').fill('ada')
  await page.locator('#password').fill('a lamp, a latch and a key')
  await page.locator('button').click()
}
