import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { type ApplicationClientOptions, createApplicationClient, memoryKey } from 'latchkey/client'
import { fileKey, fileStorage } from 'latchkey/client/file-storage'
import { signInByLoopback } from 'latchkey/client/loopback'
import { createGuard } from 'latchkey/guard/node'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { testLog, testWorld } from '../packages/server/test/app.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { FormBrowser } from './support/form-browser.ts'

// The client of an application against the whole product, as a program on somebody's machine. In a page:
// examples/application/application.test.ts.

const lifeMs = 300_000
const password = 'a lamp, a latch and a key'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const bye = 'https://shop.example/bye'
const log = testLog()
const world = testWorld(Date.now())

let directory: string
let server: RunningServer
let issuer: string
let clientId: string
let browser: FormBrowser

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-application-'))
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
  }
  server = await startServer(readConfig(settings, 'development'), { log, world })
  const hash = await server.app.passwords.hash(password, [])
  await createUser(server.app, operator, { username: 'ada', userType: 'customer' }, hash)
  const placed = await placeApplication(server, {
    ...{ name: 'Tool', type: 'native', authentication: 'none', redirect_uris: ['http://127.0.0.1/callback'] },
    ...{ grants: ['authorization_code', 'refresh_token', deviceGrant], logout_uris: [bye] },
    scopes: ['openid', 'profile', 'offline_access', 'devices:view'],
  })
  clientId = placed.id
  browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
})
after(async () => {
  await server?.stop()
  rmSync(directory, { recursive: true, force: true })
  assert.deepEqual(log.errors, [])
})

/** The server's clock is the test's, and the client's is the same. The `Date` of the answers is the machine's, and is taken away. */
function open(t: TestContext, more: Partial<ApplicationClientOptions> = {}) {
  const client = createApplicationClient({
    ...{ issuer, clientId, scopes: ['openid', 'profile', 'devices:view'], now: () => world.now() },
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      const headers = new Headers(response.headers)
      headers.delete('date')
      return new Response(response.status === 204 ? null : response.body, {
        status: response.status,
        headers,
      })
    },
    ...more,
  })
  t.after(() => client.close())
  return client
}

/** As the person's browser: signs in, lets the application in, and comes back to the machine. */
const letIn = async (url: string) => void (await fetch(await browser.authorize(url)))

for (const { name, more } of [
  { name: 'bearer tokens', more: {} },
  { name: 'tokens that are bound to a key', more: { dpop: memoryKey } },
  { name: 'requests that are pushed', more: { push: true } },
  { name: 'requests that are pushed with a proof', more: { push: true, dpop: memoryKey } },
]) {
  test(`a program signs in by the browser of its machine, with ${name}`, async (t) => {
    const client = open(t, more)
    const session = await signInByLoopback(client, { open: letIn, maxAge: 3600 })
    assert.deepEqual([session.username, session.scopes], ['ada', ['openid', 'profile', 'devices:view']])
    const me = (await (await client.fetch(`${issuer}/v1/me`)).json()) as Record<string, unknown>
    assert.equal(me.id, session.subject)
    world.advance(lifeMs + 60_000)
    assert.equal((await client.fetch(`${issuer}/v1/me`)).status, 200)
    await client.signOut()
    await assert.rejects(client.fetch(`${issuer}/v1/me`), { code: 'signed_out' })
  })
}

test('a program that starts again is still signed in, and signing out ends what it has written', async (t) => {
  const storage = fileStorage(join(directory, 'session.json'))
  const dpop = fileKey(join(directory, 'key.json'))
  const client = open(t, { storage, dpop })
  const { sessionId } = await signInByLoopback(client, { open: letIn })
  const again = open(t, { storage, dpop })
  assert.equal((await again.restore())?.sessionId, sessionId)
  world.advance(lifeMs + 60_000)
  assert.equal((await again.fetch(`${issuer}/v1/me`)).status, 200)
  // Whoever copies the file has nothing without the key.
  const thief = open(t, { storage, dpop: memoryKey })
  world.advance(lifeMs + 60_000)
  await assert.rejects(thief.fetch(`${issuer}/v1/me`), ({ code }: { code: string }) => code === 'signed_out')
})

test('a code that another sign-in asked for, and one that was used, are refused by the issuer', async (t) => {
  const client = open(t)
  const redirectUri = 'http://127.0.0.1:1/callback'
  const begin = async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    await client.signInByRedirect({ redirectUri, navigate: resolve })
    return browser.authorize(await promise)
  }
  const [mine, other] = [await begin(), await begin()]
  const mixed = new URL(mine)
  mixed.searchParams.set('code', other.searchParams.get('code') ?? '')
  await assert.rejects(client.finishSignIn(mixed.href), {
    code: 'issuer_refused',
    issuerCode: 'invalid_grant',
  })
  assert.equal((await client.finishSignIn(other.href)).session.username, 'ada')
})

test('a person who does not want to, and one whom nobody has asked', async (t) => {
  const client = open(t)
  const deny = async (url: string) => void (await fetch(await browser.authorize(url, 'deny')))
  await assert.rejects(signInByLoopback(client, { open: deny, prompt: 'consent' }), { code: 'access_denied' })
  const nobody = new FormBrowser(issuer)
  const silent = async (url: string) => void (await fetch(await nobody.authorize(url)))
  await assert.rejects(signInByLoopback(client, { open: silent, prompt: 'none' }), {
    issuerCode: 'login_required',
  })
  assert.equal(client.session, undefined)
})

test('a program without a browser signs in by a code, or not if its person says no', async (t) => {
  const client = open(t, { dpop: memoryKey })
  withoutPauses(t)
  const session = await client.signInByDeviceCode({
    onCode: async ({ userCode, verificationUri }) => {
      assert.equal(verificationUri, `${issuer}/device`)
      await browser.post('/device/answer', { user_code: userCode, answer: 'allow' })
    },
  })
  assert.equal(session.username, 'ada')
  const denied = client.signInByDeviceCode({
    onCode: ({ userCode }) => browser.post('/device/answer', { user_code: userCode, answer: 'deny' }),
  })
  await assert.rejects(denied, { code: 'access_denied' })
  // The refusal of another sign-in changes nothing about this one.
  assert.equal((await client.fetch(`${issuer}/v1/me`)).status, 200)
  await client.signOut()
})

test('an API that wants a fresh sign-in gets one by redirect, and the request is sent again', async (t) => {
  const guard = createGuard({ issuer, audience: issuer, now: () => world.now() })
  const listener = guard.listener(
    { maxAge: 300 },
    (request, response) => void response.end(request.auth.subject),
  )
  const api = createServer(listener).listen(0, '127.0.0.1')
  t.after(() => {
    guard.close()
    api.close()
  })
  await once(api, 'listening')
  const origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  const client = open(t, { resources: [origin] })
  const { sessionId } = await signInByLoopback(client, { open: letIn })
  world.advance(600_000)
  const needs: unknown[] = []
  client.on('step-up', async ({ maxAge, acrValues }) => {
    needs.push(maxAge)
    const openAnew = async (url: string) => {
      await browser.signIn('ada', password)
      await letIn(url)
    }
    await signInByLoopback(client, { open: openAnew, acrValues, maxAge })
  })
  const response = await client.fetch(`${origin}/door`)
  assert.deepEqual([response.status, await response.text(), needs], [200, client.session?.subject, [300]])
  assert.notEqual(client.session?.sessionId, sessionId)
})

test('signing out by redirect signs the browser out, without a question, and comes back', async (t) => {
  const client = open(t)
  const other = open(t)
  const offline = open(t, { scopes: ['openid', 'profile', 'offline_access'] })
  for (const one of [client, other, offline]) await signInByLoopback(one, { open: letIn })
  const { promise, resolve } = Promise.withResolvers<string>()
  await client.signOutByRedirect({ redirectUri: bye, navigate: resolve })
  assert.equal((await browser.authorize(await promise)).href, bye)
  // The browser's session is over, and what it let in with it.
  const told = new Promise((tell) => other.on('signed-out', tell))
  assert.equal((await other.fetch(`${issuer}/v1/me`)).status, 401)
  assert.deepEqual(await told, { reason: 'session_ended' })
  assert.equal((await offline.fetch(`${issuer}/v1/me`)).status, 200, 'what may outlast the browser does')
  await browser.signIn('ada', password)
})

test('an application that is removed signs its people out', async (t) => {
  const placed = await placeApplication(server, {
    ...{ type: 'native', authentication: 'none', redirect_uris: ['http://127.0.0.1/callback'] },
    ...{
      grants: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'profile'],
      is_first_party: true,
    },
  })
  const client = open(t, { clientId: placed.id, scopes: ['openid', 'profile'] })
  await signInByLoopback(client, { open: letIn })
  await server.app.db.transaction((tx) => tx.query('DELETE FROM applications WHERE id = $1', placed.id))
  world.advance(lifeMs + 60_000)
  await assert.rejects(client.fetch(`${issuer}/v1/me`), { code: 'signed_out' })
})

/** The five seconds between two questions pass on the server's clock. */
function withoutPauses(t: TestContext): void {
  const { setTimeout } = globalThis
  t.mock.method(globalThis, 'setTimeout', (run: () => void, ms = 0, ...given: []) => {
    if (ms !== 5_000) return setTimeout(run, ms, ...given)
    world.advance(ms)
    return setTimeout(run, 0)
  })
}
