import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretBytes } from '../../test/token/raw-token.ts'
import { createGuard, type GuardOptions } from './guard.ts'
import { basic, bearer, FetchRequest } from './index.ts'
import { asksFor, type MetadataOptions } from './metadata.ts'

const secret = secretBytes
const challengeOf = async (guard: ReturnType<typeof createGuard>) => {
  const decision = await guard.required()(new FetchRequest(new Request('https://api.example.com')))
  return decision.kind === 'refused' ? decision.refusal.headers['www-authenticate'] : undefined
}

const wellKnown = '/.well-known/oauth-protected-resource'
const places: readonly { resource: string; url: string; path: string }[] = [
  { resource: 'https://api.example.com', url: `https://api.example.com${wellKnown}`, path: wellKnown },
  { resource: 'https://api.example.com/', url: `https://api.example.com${wellKnown}`, path: wellKnown },
  {
    resource: 'https://api.example.com/v1',
    url: `https://api.example.com${wellKnown}/v1`,
    path: `${wellKnown}/v1`,
  },
  {
    resource: 'https://api.example.com/v1/',
    url: `https://api.example.com${wellKnown}/v1/`,
    path: `${wellKnown}/v1/`,
  },
  {
    resource: 'https://api.example.com?tenant=1',
    url: `https://api.example.com${wellKnown}?tenant=1`,
    path: `${wellKnown}?tenant=1`,
  },
  { resource: 'http://127.0.0.1:3000', url: `http://127.0.0.1:3000${wellKnown}`, path: wellKnown },
]
for (const { resource, url, path } of places) {
  test(`the metadata of ${resource} lies where RFC 9728 section 3.1 says, and the challenge says so`, async () => {
    const guard = createGuard({ secret, audience: resource, issuer: 'https://id.example.com' })
    assert.equal(await challengeOf(guard), 'Bearer realm="api"')
    const document = guard.metadata({
      scopesSupported: ['a', 'b'],
      resourceName: 'An API',
      resourceDocumentation: 'https://example.com/docs',
    })
    assert.equal(document.path, path)
    assert.equal(await challengeOf(guard), `Bearer realm="api", resource_metadata="${url}"`)
    assert.deepEqual(JSON.parse(document.text), {
      // Compared by clients with what they asked for (section 3.3), so not a letter is changed.
      resource,
      authorization_servers: ['https://id.example.com'],
      scopes_supported: ['a', 'b'],
      bearer_methods_supported: ['header'],
      resource_name: 'An API',
      resource_documentation: 'https://example.com/docs',
    })
  })
}

test('members without a value are left out (RFC 9728 section 3.2)', () => {
  const guard = createGuard({ secret, issuer: 'I', audience: 'devices', resource: 'https://api.example.com' })
  assert.deepEqual(JSON.parse(guard.metadata({ scopesSupported: [] }).text), {
    resource: 'https://api.example.com',
    bearer_methods_supported: ['header'],
  })
})

test('an issuer whose name only holds a URL is no authorization server', () => {
  const guard = createGuard({ secret, issuer: 'urn:https:id', audience: 'https://api.example.com' })
  assert.equal(JSON.parse(guard.metadata().text).authorization_servers, undefined)
})

test('metadata is announced to who may bring a token, and not to who may bring a password', async () => {
  const guard = createGuard({
    ...{ secret, audience: 'https://api.example.com', issuer: 'https://id.example.com' },
    authenticators: [bearer(), basic({ verify: () => undefined })],
  })
  guard.metadata({})
  assert.equal(
    await challengeOf(guard),
    'Bearer realm="api", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource", Basic realm="api", charset="UTF-8"',
  )
})

test('the metadata that somebody else serves is announced from the start', async () => {
  const guard = createGuard({
    secret,
    audience: 'devices',
    resourceMetadata: 'https://docs.example.com/metadata',
  })
  assert.equal(
    await challengeOf(guard),
    'Bearer realm="api", resource_metadata="https://docs.example.com/metadata"',
  )
})

const asked: readonly { method: string; url: string; path?: string; is: boolean }[] = [
  { method: 'GET', url: wellKnown, is: true },
  { method: 'HEAD', url: wellKnown, is: true },
  { method: 'GET', url: `${wellKnown}?a=b`, is: true },
  { method: 'POST', url: wellKnown, is: false },
  { method: 'OPTIONS', url: wellKnown, is: false },
  { method: 'GET', url: `${wellKnown}/`, is: false },
  { method: 'GET', url: `${wellKnown}s`, is: false },
  { method: 'GET', url: `/v1${wellKnown}`, is: false },
  { method: 'GET', url: wellKnown.toUpperCase(), is: false },
  { method: 'GET', url: `${wellKnown}?tenant=1`, path: `${wellKnown}?tenant=1`, is: true },
  { method: 'GET', url: `${wellKnown}?tenant=2`, path: `${wellKnown}?tenant=1`, is: false },
  { method: 'GET', url: wellKnown, path: `${wellKnown}?tenant=1`, is: false },
]
for (const { method, url, path = wellKnown, is } of asked) {
  test(`${method} ${url} ${is ? 'asks' : 'does not ask'} for the metadata at ${path}`, () => {
    assert.equal(asksFor({ path, headers: {}, text: '' }, method, url), is)
  })
}

const wrong: readonly { name: string; options: GuardOptions; details?: MetadataOptions }[] = [
  { name: 'an audience that is no URL', options: { audience: 'devices' } },
  { name: 'an audience over http', options: { audience: 'http://api.example.com' } },
  {
    name: 'a scope with a blank',
    options: { audience: 'https://a.example' },
    details: { scopesSupported: ['a b'] },
  },
  {
    name: 'a page that is no URL',
    options: { audience: 'https://a.example' },
    details: { resourceDocumentation: 'docs' },
  },
]
for (const { name, options, details } of wrong) {
  test(`metadata is a TypeError with ${name}`, () => {
    const guard = createGuard({ secret, ...options })
    assert.throws(() => guard.metadata(details), TypeError)
  })
}
