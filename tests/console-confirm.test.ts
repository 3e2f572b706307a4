import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import type { Page } from 'playwright-core'
import { addAddress } from '../packages/server/src/accounts/addresses/addresses.ts'
import { addAttribute } from '../packages/server/src/accounts/attributes/attributes.ts'
import { insertIdentity } from '../packages/server/src/accounts/identities/store.ts'
import { grant } from '../packages/server/src/accounts/permissions/grants.ts'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { upsertRelation } from '../packages/server/src/devices/relations/store.ts'
import { operator } from '../packages/server/src/identity.ts'
import { createProvider } from '../packages/server/src/upstream/providers/providers.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// On every page each button is pressed once. Nothing that ends something is asked of the server by that: the page says first what
// the act means, with a button that cancels it.

// Imported by computed addresses, because the console is type-checked by a configuration of its own, with a browser's types.
const source = (file: string) => import(new URL(`../packages/console/src/${file}`, import.meta.url).href)
const { pages } = (await source('app/pages.ts')) as { readonly pages: readonly { readonly path: string }[] }
const { endings } = (await source('api/endings.ts')) as { readonly endings: readonly string[] }

/** What stands to be ended on each page, of what was put there below. */
const asked: Readonly<Record<string, readonly string[]>> = {
  '/devices/{uid}': ['Stop sharing with ada'],
  '/people': ['New link to invite ada', 'Reset the second factor of ada', 'Disable ada'],
  '/people/{id}': [
    'Disable',
    'Take the password away',
    'Remove ada@example.com',
    'Take away the sign-in at Employer',
    'Withdraw what is said of users:read',
    'Delete …',
  ],
  '/user-types': ['Remove this type …'],
  '/attributes': ['Remove Department'],
  '/account': ['Remove admin@example.com'],
  '/account/security': ['Unlink Employer'],
  '/providers/{key}': ['Disable the provider'],
  '/account/activity': ['End the session of curl at 127.0.0.1', 'End all other sessions'],
}

let opened: OpenedConsole
let page: Page
const params = new Map<string, string>()
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  page = opened.page
  const { app } = opened.server
  const idOf = async (name: string) => (await findUserByName(app.db, name))?.id ?? assert.fail(name)
  const [adminId, adaId] = [await idOf('admin'), await idOf('ada')]
  for (const [id, name] of [
    [adminId, 'admin'],
    [adaId, 'ada'],
  ] as const)
    await addAddress(app, operator, id, { address: `${name}@example.com`, language: 'en' })
  const forGood = { kind: 'denial', permission: 'users:read', reason: 'a test', until: null } as const
  await grant(app, operator, adaId, forGood)
  await addAttribute(app, operator, {
    ...{ key: 'department', label: 'Department', kind: 'text', bounds: {} },
    ...{ person_may: 'see', is_required: false, is_searchable: false },
  })
  const key = { ...toJwk(publicKeyOf(generateKey('ES256'))) }
  const { uid } = await registerDevice(app, operator, { name: 'Hall lamp', product: 'lamp', key })
  await app.db.transaction(async (tx) => {
    const row = { uid, granted_by: adminId, created_at: 1, until: null }
    await upsertRelation(tx, { ...row, subject: adminId, relation: 'owner' })
    await upsertRelation(tx, { ...row, subject: adaId, relation: 'viewer' })
  })
  const issuer = 'https://login.employer.example'
  await createProvider(app.upstream.ground, operator, {
    ...{ key: 'employer', name: 'Employer', issuer, clientId: 'here', secret: 'a secret' },
    ...{ authentication: 'client_secret_basic', teamId: null, keyId: null, responseMode: 'query' },
    ...{ scopes: ['openid'], userType: null, emailDomains: [], usernameClaim: null },
    ...{ displayNameClaim: null, factorAmr: [], factorAcr: [] },
  })
  for (const id of [adminId, adaId]) {
    const row = { id: `idn_${id}`, issuer, subject: id, user_id: id, label: null }
    await app.db.transaction((tx) => insertIdentity(tx, { ...row, created_at: 1, last_used_at: null }))
  }
  params.set('{uid}', uid).set('{id}', adaId).set('{key}', 'employer')
  await page.goto(`${opened.issuer}/console`)
  await signIn(page, 'admin')
  await page.locator('nav a').first().waitFor()
  const body = JSON.stringify({ username: 'admin', password })
  const headers = { 'content-type': 'application/json', 'user-agent': 'curl/8.14.1' }
  await fetch(`${opened.issuer}/v1/login`, { method: 'POST', headers, body })
})
after(() => opened?.close())

const endsSomething = (method: string, path: string) =>
  method === 'DELETE' ||
  endings.some((name) => {
    const [ending, template = ''] = name.split(' ')
    return method === ending && new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  })

for (const { path } of pages) {
  test(`no button of ${path} ends something before it was said what it does`, options, async () => {
    const sent: string[] = []
    // What is done at all is done to nothing: only what is asked for is looked at.
    await page.route('**/v1/**', (route) => {
      const request = route.request()
      const { pathname } = new URL(request.url())
      if (request.method() === 'GET' || pathname === '/v1/refresh') return route.fallback()
      if (endsSomething(request.method(), pathname)) sent.push(`${request.method()} ${pathname}`)
      return route.fulfill({ status: 409, json: { code: 'conflict', detail: 'of a test' } })
    })
    const address = path.replaceAll(/\{\w+\}/g, (name) => params.get(name) ?? assert.fail(name))
    await page.goto(`${opened.issuer}/console#${address}`)
    await page.locator('main h1').waitFor()
    const main = page.locator('#content')
    for (const name of asked[path] ?? []) await main.getByRole('button', { name, exact: true }).waitFor()
    const names = await main.locator('button[type=button]').evaluateAll(named)
    let confirmations = 0
    for (const name of new Set(names)) {
      const button = main.getByRole('button', { name, exact: true }).first()
      if (!(await button.isVisible().catch(() => false))) continue
      await button.click()
      const cancel = main.getByRole('button', { name: 'Cancel' }).first()
      if (!(await cancel.isVisible())) continue
      confirmations += 1
      await cancel.click()
      await cancel.waitFor({ state: 'detached' })
    }
    assert.deepEqual(sent, [])
    assert.ok(confirmations >= (asked[path]?.length ?? 0), `${confirmations} of ${names.join(', ')}`)
    await page.unroute('**/v1/**')
  })
}

/** Runs in the page. */
const named = (
  buttons: readonly { getAttribute(name: string): string | null; textContent: string | null }[],
) => buttons.map((button) => button.getAttribute('aria-label') ?? button.textContent ?? '')
