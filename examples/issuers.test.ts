import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  createGuard,
  FetchRequest,
  type IssuerOptions,
  type Policy,
  type Principal,
  type Refusal,
} from 'latchkey/guard'
import { generateKey, publicKeyOf, signJws, toJwk } from 'latchkey/token'
import * as issuers from './issuers.ts'

type Name = keyof typeof issuers
const byName: Readonly<Record<Name, IssuerOptions>> = { ...issuers }

const nowMs = Date.UTC(2026, 10, 28, 12)
const now = () => nowMs
const nowSeconds = nowMs / 1000
const key = generateKey('RS256', { keyId: 'k1' })
const stranger = generateKey('RS256', { keyId: 'k1' })

/** The documents of every issuer, with a key of our own in each. */
const documents = new Map<string, unknown>()
for (const { issuer = '' } of Object.values<IssuerOptions>(issuers)) {
  const base = issuer.replace(/\/$/, '')
  documents.set(`${base}/.well-known/openid-configuration`, { issuer, jwks_uri: `${base}/keys` })
  const { alg: _, ...jwk } = toJwk(publicKeyOf(key))
  // Entra and Cognito for two publish keys without `alg`.
  documents.set(`${base}/keys`, { keys: [{ ...jwk, use: 'sig' }] })
}
const fetch = async (url: unknown) =>
  Response.json(documents.get(String(url)), { status: documents.has(String(url)) ? 200 : 404 })

/** A token with exactly this header and these claims. */
function tokenOf(typ: string | undefined, claims: object, by = key): string {
  const payload = new TextEncoder().encode(
    JSON.stringify({ iat: nowSeconds, exp: nowSeconds + 3600, ...claims }),
  )
  return signJws(payload, { key: by, header: typ === undefined ? {} : { typ } })
}

/** A user's access token, as each issuer writes it. */
const shapes: Readonly<
  Record<Name, { readonly typ?: string; readonly claims: Readonly<Record<string, unknown>> }>
> = {
  latchkey: {
    typ: 'at+jwt',
    claims: {
      iss: issuers.latchkey.issuer,
      sub: 'usr_01h',
      aud: issuers.latchkey.audience,
      jti: 'jti_1',
      client_id: 'cli_web',
      scope: 'devices:view devices:control',
      sid: 'ses_1',
      kind: 'user',
      user_type: 'administrator',
      auth_time: nowSeconds - 60,
      amr: ['pwd'],
    },
  },
  auth0: {
    typ: 'JWT',
    claims: {
      iss: issuers.auth0.issuer,
      sub: 'auth0|6532a0f9d1e4',
      aud: [issuers.auth0.audience, 'https://example.eu.auth0.com/userinfo'],
      azp: 'q1W2e3R4t5Y6u7I8',
      scope: 'openid profile devices:view',
      permissions: ['devices:control'],
    },
  },
  entra: {
    typ: 'JWT',
    claims: {
      aud: issuers.entra.audience,
      iss: issuers.entra.issuer,
      nbf: nowSeconds,
      aio: 'AWQAm/8TAAAA',
      azp: '7b1c9e52-4a3d-4c8f-b6e0-1d2f3a4b5c6d',
      azpacr: '1',
      name: 'Ada Lovelace',
      oid: 'c0ffee00-1111-4222-8333-444455556666',
      preferred_username: 'ada@example.com',
      rh: '0.AXQA',
      roles: ['Devices.Admin'],
      scp: 'devices:view devices:control',
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      tid: '8f5d3c1e-0b7a-4f1d-9c52-2f6a1b7d4e90',
      uti: 'fqiBqXLPj0eQa82S',
      ver: '2.0',
    },
  },
  okta: {
    claims: {
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      iss: issuers.okta.issuer,
      aud: issuers.okta.audience,
      cid: '0oab8om4bars6Y80Z0h7',
      uid: '00u5t60iloOHN9pBi0h7',
      scp: ['openid', 'devices:view'],
      groups: ['Everyone', 'Operators'],
      auth_time: nowSeconds - 60,
      sub: 'ada@example.com',
    },
  },
  cognito: {
    claims: {
      sub: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
      'cognito:groups': ['operators'],
      iss: issuers.cognito.issuer,
      version: 2,
      client_id: issuers.cognito.audience,
      origin_jti: 'f1',
      event_id: 'e1',
      token_use: 'access',
      scope: 'openid devices:view',
      auth_time: nowSeconds - 60,
      jti: 'j1',
      username: 'ada',
    },
  },
  keycloak: {
    typ: 'JWT',
    claims: {
      jti: 'onrtac:1',
      iss: issuers.keycloak.issuer,
      aud: ['devices-api', 'account'],
      sub: 'd5a1b6c2-7e3f-4a89-9b10-c2d3e4f5a6b7',
      typ: 'Bearer',
      azp: 'web',
      sid: '1c7e',
      acr: '1',
      'allowed-origins': ['https://app.example.com'],
      realm_access: { roles: ['offline_access', 'operator'] },
      resource_access: { 'devices-api': { roles: ['reader'] }, account: { roles: ['manage-account'] } },
      scope: 'openid devices:view',
      preferred_username: 'ada',
    },
  },
  google: {
    typ: 'JWT',
    claims: {
      iss: 'https://accounts.google.com',
      azp: '407408718192.apps.googleusercontent.com',
      aud: '407408718192.apps.googleusercontent.com',
      sub: '110169484474386276334',
      hd: 'example.com',
      email: 'ada@example.com',
      email_verified: true,
    },
  },
}

/** What each becomes. */
const principals: Readonly<Record<Name, Partial<Principal>>> = {
  latchkey: {
    subject: 'usr_01h',
    kind: 'user',
    userType: 'administrator',
    sessionId: 'ses_1',
    clientId: 'cli_web',
    scopes: ['devices:view', 'devices:control'],
  },
  auth0: {
    subject: 'auth0|6532a0f9d1e4',
    kind: 'user',
    clientId: 'q1W2e3R4t5Y6u7I8',
    scopes: ['openid', 'profile', 'devices:view', 'devices:control'],
  },
  entra: {
    subject: 'c0ffee00-1111-4222-8333-444455556666',
    kind: 'user',
    clientId: '7b1c9e52-4a3d-4c8f-b6e0-1d2f3a4b5c6d',
    scopes: ['devices:view', 'devices:control'],
    roles: ['Devices.Admin'],
  },
  okta: {
    subject: 'ada@example.com',
    kind: 'user',
    clientId: '0oab8om4bars6Y80Z0h7',
    scopes: ['openid', 'devices:view'],
    roles: ['Everyone', 'Operators'],
  },
  cognito: {
    subject: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    kind: 'user',
    clientId: '5f0s7k2m9q1x4v8b3n6c',
    scopes: ['openid', 'devices:view'],
    roles: ['operators'],
  },
  keycloak: {
    subject: 'd5a1b6c2-7e3f-4a89-9b10-c2d3e4f5a6b7',
    kind: 'user',
    clientId: 'web',
    sessionId: '1c7e',
    scopes: ['openid', 'devices:view'],
    roles: ['offline_access', 'operator', 'reader'],
  },
  google: { subject: '110169484474386276334', kind: 'user', scopes: [] },
}

async function ask(options: object, token: string, policy?: Policy): Promise<Principal | Refusal> {
  const guard = createGuard({ ...options, fetch, now })
  const headers = { authorization: `Bearer ${token}` }
  const decision = await guard.required(policy)(
    new FetchRequest(new Request('https://api.example.com', { headers })),
  )
  guard.close()
  if (decision.kind === 'refused') return decision.refusal
  assert.ok(decision.auth !== undefined)
  return decision.auth
}

const alone = (name: Name) => ({ ...byName[name], revocations: false as const })
const list = { issuers: Object.keys(issuers).map((name) => alone(name as Name)) }

for (const name of Object.keys(shapes) as Name[]) {
  const { typ, claims } = shapes[name]
  const token = tokenOf(typ, claims)

  for (const [how, options] of Object.entries({ alone: alone(name), 'among the others': list })) {
    test(`a token as ${name} writes it is taken by the configuration of the page, ${how}`, async () => {
      assert.partialDeepStrictEqual(await ask(options, token), principals[name])
    })
  }

  const refused: readonly { what: string; token: string; reason: string }[] = [
    { what: 'by another key', token: tokenOf(typ, claims, stranger), reason: 'signature_invalid' },
    {
      what: 'that has expired',
      token: tokenOf(typ, { ...claims, exp: nowSeconds - 60 }),
      reason: 'token_expired',
    },
    {
      what: 'for another audience',
      token: tokenOf(typ, { ...claims, aud: 'other' }),
      reason: 'audience_mismatch',
    },
    {
      what: 'of another issuer',
      token: tokenOf(typ, { ...claims, iss: 'https://evil.example' }),
      reason: 'issuer_mismatch',
    },
    { what: 'made to sign somebody out', token: tokenOf('logout+jwt', claims), reason: 'type_mismatch' },
    { what: 'made as a proof', token: tokenOf('dpop+jwt', claims), reason: 'type_mismatch' },
  ]
  for (const { what, token: bad, reason } of refused) {
    test(`a token of ${name} ${what} is refused`, async () => {
      assert.equal(((await ask(alone(name), bad)) as Refusal).reason, reason)
      assert.equal(((await ask(list, bad)) as Refusal).reason, reason)
    })
  }
}

/** What may not be taken for a user's access token, by what each issuer writes beside those. */
const others: readonly { name: Name; what: string; typ?: string; claims: object; reason: string }[] = [
  {
    name: 'cognito',
    what: 'an ID token',
    claims: {
      ...shapes.cognito.claims,
      token_use: 'id',
      aud: issuers.cognito.audience,
      client_id: undefined,
    },
    reason: 'claim_invalid',
  },
  {
    name: 'cognito',
    what: 'a token of another client of the pool',
    claims: { ...shapes.cognito.claims, client_id: 'other' },
    reason: 'audience_mismatch',
  },
  {
    name: 'cognito',
    what: 'a token of no client',
    claims: { ...shapes.cognito.claims, client_id: undefined },
    reason: 'audience_mismatch',
  },
  {
    name: 'cognito',
    what: 'clients as a list',
    claims: { ...shapes.cognito.claims, client_id: [issuers.cognito.audience] },
    reason: 'audience_mismatch',
  },
  {
    name: 'keycloak',
    what: 'an ID token',
    typ: 'JWT',
    claims: { ...shapes.keycloak.claims, typ: 'ID' },
    reason: 'claim_invalid',
  },
  {
    name: 'keycloak',
    what: 'a refresh token',
    typ: 'JWT',
    claims: { ...shapes.keycloak.claims, typ: undefined },
    reason: 'claim_missing',
  },
  {
    name: 'entra',
    what: 'a guest of another tenant',
    typ: 'JWT',
    claims: { ...shapes.entra.claims, tid: 'other' },
    reason: 'claim_invalid',
  },
  {
    name: 'entra',
    what: 'a token of version 1',
    typ: 'JWT',
    claims: { ...shapes.entra.claims, ver: '1.0' },
    reason: 'claim_invalid',
  },
  {
    name: 'google',
    what: 'an account of nobody’s domain',
    typ: 'JWT',
    claims: { ...shapes.google.claims, hd: undefined },
    reason: 'claim_missing',
  },
  {
    name: 'google',
    what: 'an address nobody proved',
    typ: 'JWT',
    claims: { ...shapes.google.claims, email_verified: false },
    reason: 'claim_invalid',
  },
  {
    name: 'google',
    what: 'an address proved by text',
    typ: 'JWT',
    claims: { ...shapes.google.claims, email_verified: 'true' },
    reason: 'claim_invalid',
  },
  {
    name: 'okta',
    what: 'a token of the organization’s own server',
    typ: 'application/okta-internal-at+jwt',
    claims: shapes.okta.claims,
    reason: 'type_mismatch',
  },
  {
    name: 'auth0',
    what: 'an ID token',
    typ: 'JWT',
    claims: { ...shapes.auth0.claims, aud: 'q1W2e3R4t5Y6u7I8' },
    reason: 'audience_mismatch',
  },
  {
    name: 'entra',
    what: 'a token without a subject of ours',
    typ: 'JWT',
    claims: { ...shapes.entra.claims, oid: undefined },
    reason: 'subject_invalid',
  },
]
for (const { name, what, typ, claims, reason } of others) {
  test(`${name}: ${what} is refused`, async () => {
    assert.equal(((await ask(alone(name), tokenOf(typ, claims))) as Refusal).reason, reason)
  })
}

/** Programs, which have no user. */
const services: readonly { name: Name; claims: object; subject: string }[] = [
  {
    name: 'auth0',
    claims: { ...shapes.auth0.claims, sub: 'abc@clients', azp: 'abc', gty: 'client-credentials' },
    subject: 'abc@clients',
  },
  { name: 'entra', claims: { ...shapes.entra.claims, scp: undefined, sub: 'o1', oid: 'o1' }, subject: 'o1' },
  {
    name: 'okta',
    claims: { ...shapes.okta.claims, uid: undefined, sub: '0oa1', cid: '0oa1' },
    subject: '0oa1',
  },
  {
    name: 'cognito',
    claims: { ...shapes.cognito.claims, sub: issuers.cognito.audience, username: undefined },
    subject: String(issuers.cognito.audience),
  },
  {
    name: 'keycloak',
    claims: { ...shapes.keycloak.claims, preferred_username: 'service-account-worker', sub: 's1' },
    subject: 's1',
  },
]
for (const { name, claims, subject } of services) {
  test(`${name}: a program is a service`, async () => {
    const auth = await ask(alone(name), tokenOf(shapes[name].typ, claims))
    assert.partialDeepStrictEqual(auth, { kind: 'service', subject })
  })
}

const ours = { kind: 'device', user_type: 'administrator', sid: 'ses_admin' }
for (const name of (Object.keys(shapes) as Name[]).filter((one) => one !== 'latchkey')) {
  test(`what Latchkey's own tokens say is no more than a claim in those of ${name}`, async () => {
    const auth = (await ask(
      list,
      tokenOf(shapes[name].typ, { ...shapes[name].claims, ...ours }),
    )) as Principal
    assert.deepEqual([auth.kind, auth.userType], ['user', undefined])
    // Only Keycloak's own `sid` is asked for by its configuration.
    assert.equal(auth.sessionId, name === 'keycloak' ? 'ses_admin' : undefined)
    const refusal = await ask(list, tokenOf(shapes[name].typ, { ...shapes[name].claims, ...ours }), {
      userType: 'administrator',
    })
    assert.equal((refusal as Refusal).error, 'forbidden')
  })
}

test('several issuers count as strangers unless one is marked as Latchkey’s', async () => {
  const { claims: _, ...unmarked } = alone('latchkey')
  const token = tokenOf('at+jwt', shapes.latchkey.claims)
  const auth = (await ask({ issuers: [unmarked, alone('auth0')] }, token)) as Principal
  assert.deepEqual([auth.userType, auth.sessionId, auth.kind], [undefined, undefined, 'user'])
  // Alone there is nobody else to mistake it for.
  assert.equal(((await ask(unmarked, token)) as Principal).userType, 'administrator')
})

test('a role that a policy asks for is found where the mapping says', async () => {
  const token = tokenOf('JWT', shapes.keycloak.claims)
  assert.equal(((await ask(alone('keycloak'), token, { role: 'operator' })) as Principal).kind, 'user')
  assert.equal(((await ask(alone('keycloak'), token, { role: ['x', 'reader'] })) as Principal).kind, 'user')
  for (const role of ['manage-account', 'Operator', 'roles', 'x']) {
    const refusal = (await ask(alone('keycloak'), token, { role })) as Refusal
    assert.deepEqual([refusal.status, refusal.claim, refusal.expected], [403, 'roles', [role]])
  }
})

const wrong: readonly { name: string; options: object }[] = [
  { name: 'a mapping with an unknown member', options: { claims: { scope: 'scp' } } },
  { name: 'a mapping that is a list', options: { claims: [] } },
  { name: 'a mapping of another product', options: { claims: 'auth0' } },
  { name: 'an empty name', options: { claims: { scopes: '' } } },
  { name: 'no names', options: { claims: { scopes: [] } } },
  { name: 'a name that is a number', options: { claims: { roles: 7 } } },
  { name: 'a kind that is a text', options: { claims: { kind: 'user' } } },
  { name: 'an audience claim that is empty', options: { audienceClaim: '' } },
  { name: 'an audience claim that is a list', options: { audienceClaim: ['a'] } },
  { name: 'a requirement without values', options: { require: { hd: [] } } },
  { name: 'a requirement that is undefined', options: { require: { hd: undefined } } },
  { name: 'requirements as a list', options: { require: ['hd'] } },
  { name: 'types without one', options: { type: [] } },
  { name: 'a type that is undefined', options: { type: ['JWT', undefined] } },
]
for (const { name, options } of wrong) {
  test(`a guard is not built with ${name}`, () => {
    assert.throws(() => createGuard({ ...alone('okta'), ...options }), TypeError)
  })
}

test('a kind that a mapping makes up, and a subject that is none, are refused', async () => {
  const token = tokenOf(undefined, shapes.okta.claims)
  const kind = { ...alone('okta'), claims: { kind: () => 'robot' as never } }
  assert.equal(((await ask(kind, token)) as Refusal).reason, 'claim_invalid')
  const subject = { ...alone('okta'), claims: { subject: 'groups' } }
  assert.equal(((await ask(subject, token)) as Refusal).reason, 'subject_invalid')
  const inherited = { ...alone('okta'), claims: { subject: 'constructor.name' } }
  assert.equal(((await ask(inherited, token)) as Refusal).reason, 'subject_invalid')
})

test('docs/issuers.md shows the configurations that are tried here, letter for letter', () => {
  const page = readFileSync(new URL('../docs/issuers.md', import.meta.url), 'utf8')
  const source = readFileSync(new URL('issuers.ts', import.meta.url), 'utf8')
  for (const [, configuration = ''] of source.matchAll(/^export (const [\s\S]*?^\})$/gm)) {
    assert.ok(page.includes(configuration.replace(/: IssuerOptions/, '')), configuration)
  }
})
