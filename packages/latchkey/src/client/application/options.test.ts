import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redirectUri, startAuthorizationServer } from '../../../test/client/application.ts'
import { cookieStorage } from '../cookie-storage.ts'
import { signInByLoopback } from '../loopback.ts'
import { type ApplicationClientOptions, createApplicationClient } from './application-client.ts'

const options = { issuer: 'https://id.example.com', clientId: 'cli_1' }

const refusedOptions: readonly { name: string; given: unknown; nearest?: RegExp }[] = [
  { name: 'no client id', given: { issuer: options.issuer } },
  { name: 'an empty client id', given: { ...options, clientId: '' } },
  { name: 'a client id with a blank', given: { ...options, clientId: 'cli 1' } },
  { name: 'a client id that is no text', given: { ...options, clientId: 1 } },
  { name: 'a misspelt member', given: { ...options, scope: [] }, nearest: /"scopes"/ },
  {
    name: 'a secret, which no page and no program of others can keep',
    given: { ...options, clientSecret: 'x' },
  },
  { name: 'an address that each sign-in names', given: { ...options, redirectUri } },
  { name: 'scopes in one text', given: { ...options, scopes: 'openid profile' } },
  { name: 'a scope with a blank', given: { ...options, scopes: ['openid profile'] } },
  { name: 'no scope', given: { ...options, scopes: [] } },
  { name: 'an empty scope', given: { ...options, scopes: [''] } },
  { name: 'a scope that is no text', given: { ...options, scopes: [1] } },
  { name: 'a push that is a text', given: { ...options, push: 'yes' } },
  { name: 'an empty audience', given: { ...options, audience: '' } },
  { name: 'several audiences', given: { ...options, audience: ['https://api.example.com'] } },
  { name: 'plain http', given: { ...options, issuer: 'http://id.example.com' } },
  { name: 'the cookie of a direct sign-in', given: { ...options, storage: cookieStorage } },
  { name: 'a storage that is no function', given: { ...options, storage: {} } },
  { name: 'a key that is no function', given: { ...options, dpop: true } },
  { name: 'a clock that is no function', given: { ...options, now: 1 } },
  { name: 'nothing', given: undefined },
  { name: 'null', given: null },
  { name: 'a list', given: [options] },
]
for (const { name, given, nearest } of refusedOptions) {
  test(`createApplicationClient refuses ${name}`, () => {
    assert.throws(
      () => createApplicationClient(given as ApplicationClientOptions),
      (error) => error instanceof TypeError && (nearest?.test(error.message) ?? true),
    )
  })
}

for (const clientId of ['cli_1', 'https://app.example/client.json']) {
  test(`createApplicationClient takes the client id ${clientId}`, () => {
    createApplicationClient({ ...options, clientId, locks: false }).close()
  })
}

const navigate = () => assert.fail('it went there')
const right = { redirectUri, navigate }
const refusedRequests: readonly { name: string; given: unknown }[] = [
  { name: 'nothing', given: undefined },
  { name: 'no address', given: { navigate } },
  { name: 'a path', given: { ...right, redirectUri: '/back' } },
  { name: 'an address with a fragment', given: { ...right, redirectUri: `${redirectUri}#x` } },
  { name: 'an address that is no text', given: { ...right, redirectUri: new URL(redirectUri) } },
  { name: 'a state of its own', given: { ...right, state: 'x' } },
  { name: 'a misspelt member', given: { ...right, promt: 'login' } },
  { name: 'a prompt that does not exist', given: { ...right, prompt: 'create' } },
  { name: 'two prompts', given: { ...right, prompt: 'login consent' } },
  { name: 'a negative age', given: { ...right, maxAge: -1 } },
  { name: 'half a second', given: { ...right, maxAge: 0.5 } },
  { name: 'an age that is a text', given: { ...right, maxAge: '300' } },
  { name: 'contexts in one text', given: { ...right, acrValues: 'a b' } },
  { name: 'a context with a blank', given: { ...right, acrValues: ['a b'] } },
  { name: 'languages in one text', given: { ...right, uiLocales: 'en' } },
  { name: 'a hint that is no text', given: { ...right, loginHint: 1 } },
  { name: 'a page to return to that is no text', given: { ...right, returnTo: new URL(redirectUri) } },
  { name: 'a page to return to that is too long', given: { ...right, returnTo: 'x'.repeat(8193) } },
  { name: 'a way there that is no function', given: { ...right, navigate: 'assign' } },
]
for (const { name, given } of refusedRequests) {
  test(`signInByRedirect refuses ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    await assert.rejects(server.open().signInByRedirect(given as typeof right), TypeError)
  })
}

test('outside of a page, the program says how to go to an address', async (t) => {
  const server = await startAuthorizationServer(t)
  await assert.rejects(server.open().signInByRedirect({ redirectUri }), TypeError)
  await assert.rejects(server.open().signOutByRedirect(), TypeError)
})

test('a page goes there by itself', async (t) => {
  const gone: string[] = []
  const real = Object.getOwnPropertyDescriptor(globalThis, 'location')
  Object.defineProperty(globalThis, 'location', {
    configurable: true,
    value: { assign: (url: string) => gone.push(url) },
  })
  t.after(() => {
    if (real === undefined) Reflect.deleteProperty(globalThis, 'location')
    else Object.defineProperty(globalThis, 'location', real)
  })
  const server = await startAuthorizationServer(t)
  await server.open().signInByRedirect({ redirectUri })
  assert.equal(gone[0]?.startsWith(`${server.url}/oauth/authorize?`), true)
})

test('what a step-up leaves open is not asked for', async (t) => {
  const server = await startAuthorizationServer(t)
  const request = await server.begin(server.open(), { maxAge: undefined, acrValues: [], uiLocales: [] })
  for (const name of ['max_age', 'acr_values', 'ui_locales'])
    assert.equal(request.searchParams.has(name), false)
})

test('an age is asked for with openid only, whose token says how old the sign-in is', async (t) => {
  const server = await startAuthorizationServer(t)
  for (const scopes of [['devices:view'], undefined]) {
    const { openid: _, ...given } = { openid: 1, ...(scopes && { scopes }) }
    const client = createApplicationClient({ ...options, ...given, locks: false })
    t.after(() => client.close())
    await assert.rejects(client.signInByRedirect({ ...right, maxAge: 300 }), TypeError)
  }
  const request = await server.begin(server.open(), { maxAge: 300, acrValues: ['a', 'b'], prompt: 'login' })
  assert.partialDeepStrictEqual(Object.fromEntries(request.searchParams), {
    max_age: '300',
    acr_values: 'a b',
    prompt: 'login',
  })
})

for (const address of [
  undefined,
  null,
  '',
  '/back?code=x',
  new URL(redirectUri),
  `${redirectUri}?${'x'.repeat(16_384)}`,
]) {
  test(`finishSignIn refuses the address ${String(address).slice(0, 30)}, a ${typeof address}`, async (t) => {
    const server = await startAuthorizationServer(t)
    await assert.rejects(server.open().finishSignIn(address as string), TypeError)
  })
}

const refusedSignOuts: readonly { name: string; given: unknown }[] = [
  { name: 'null', given: null },
  { name: 'a misspelt member', given: { returnTo: 'https://shop.example/bye', navigate } },
  { name: 'a path', given: { redirectUri: '/bye', navigate } },
  { name: 'a way there that is no function', given: { navigate: 1 } },
]
for (const { name, given } of refusedSignOuts) {
  test(`signOutByRedirect refuses ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    await assert.rejects(server.open().signOutByRedirect(given as object), TypeError)
  })
}

const onCode = () => assert.fail('a code was asked for')
const refusedDevices: readonly { name: string; given: unknown }[] = [
  { name: 'nothing', given: undefined },
  { name: 'nobody to show the code', given: {} },
  { name: 'a text in place of a function', given: { onCode: 'log' } },
  { name: 'a misspelt member', given: { onCode, timeout: 1 } },
  { name: 'a signal that is none', given: { onCode, signal: {} } },
]
for (const { name, given } of refusedDevices) {
  test(`signInByDeviceCode refuses ${name}, and asks nobody`, async (t) => {
    const server = await startAuthorizationServer(t)
    await assert.rejects(server.open().signInByDeviceCode(given as { onCode: () => void }), TypeError)
    assert.deepEqual(server.asked, [])
  })
}

const open = () => assert.fail('a browser was opened')
const refusedLoopbacks: readonly { name: string; given: unknown }[] = [
  { name: 'nothing', given: undefined },
  { name: 'nobody to open a browser', given: {} },
  { name: 'an address', given: { open, redirectUri } },
  { name: 'a way there', given: { open, navigate } },
  { name: 'a path with a query', given: { open, path: '/back?x' } },
  { name: 'a path without a slash', given: { open, path: 'back' } },
  { name: 'no port', given: { open, port: 65_536 } },
  { name: 'a time that is none', given: { open, timeoutMs: 0 } },
  { name: 'a signal that is none', given: { open, signal: {} } },
  {
    name: 'what only looks like a signal',
    given: {
      open,
      signal: { aborted: false, throwIfAborted() {}, addEventListener() {}, removeEventListener() {} },
    },
  },
  { name: 'words that are no function', given: { open, say: 'done' } },
  { name: 'a prompt that does not exist', given: { open, prompt: 'create' } },
]
for (const { name, given } of refusedLoopbacks) {
  test(`signInByLoopback refuses ${name}`, async (t) => {
    const server = await startAuthorizationServer(t)
    await assert.rejects(signInByLoopback(server.open(), given as { open: () => void }), TypeError)
  })
}
