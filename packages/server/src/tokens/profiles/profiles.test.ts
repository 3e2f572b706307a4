import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TokenFacts } from '../grant.ts'
import { type ProfileChoice, profileOf } from './choice.ts'
import { claimsFor } from './claims.ts'
import { natsAccount, natsKey, natsUser } from './nats.ts'
import { profileNames } from './profile.ts'
import { programFacts, shippedProfiles } from './shipped.ts'

test('what is chosen of a profile stands in place of what is shipped', () => {
  const chosen = {
    ...{ type: 'x+jwt', lifeSeconds: 60, scopePrefix: 'a.', statusList: true },
    ...{ audienceForm: 'array' as const, claims: [{ name: 'note', value: 'text' }] },
  }
  const { signing } = shippedProfiles.plain
  assert.deepEqual(profileOf({ name: 'plain', ...chosen }), { ...shippedProfiles.plain, ...chosen, signing })
  for (const member of Object.keys(chosen) as (keyof typeof chosen)[])
    assert.notDeepEqual(shippedProfiles.plain[member], chosen[member], member)
})

const facts: TokenFacts = {
  issuer: 'https://id.example',
  audience: 'mqtt',
  subject: 'usr_1',
  kind: 'user',
  username: 'Ada',
  clientId: 'latchkey',
  scopes: ['read:d.{subject}.*', 'devices:view'],
  sessionId: 'ses_1',
  userType: 'customer',
  permissionsVersion: '1.0',
  tokenId: 'jti_1',
  issuedAt: 1000,
  expiresAt: 1300,
  authTimeMs: 900_999,
  amr: ['pwd'],
  acr: 'one',
}
const device: TokenFacts = { ...facts, kind: 'device', userType: undefined, username: undefined }

const standing = {
  iss: 'https://id.example',
  aud: 'mqtt',
  sub: 'usr_1',
  jti: 'jti_1',
  client_id: 'latchkey',
  scope: 'read:d.usr_1.* devices:view',
  kind: 'user',
  sid: 'ses_1',
  user_type: 'customer',
  pv: '1.0',
  exp: 1300,
  iat: 1000,
  auth_time: 900,
  amr: ['pwd'],
  acr: 'one',
}
const { scope: _, ...withoutScope } = standing

const laidOut: { name: string; choice: ProfileChoice; given?: TokenFacts; claims: object }[] = [
  { name: 'plain: RFC 9068 and ours', choice: { name: 'plain' }, claims: standing },
  {
    name: 'rabbitmq: the audience before each scope',
    choice: { name: 'rabbitmq' },
    claims: { ...standing, scope: 'mqtt.read:d.usr_1.* mqtt.devices:view' },
  },
  { name: 'ejabberd: a jid', choice: { name: 'ejabberd' }, claims: { ...standing, jid: 'usr_1@mqtt' } },
  {
    name: 'influxdb1: a username',
    choice: { name: 'influxdb1' },
    claims: { ...standing, username: 'usr_1' },
  },
  {
    name: 'the audience as a list',
    choice: { name: 'plain', audienceForm: 'array' },
    claims: { ...standing, aud: ['mqtt'] },
  },
  {
    name: 'claims of every kind',
    choice: {
      name: 'plain',
      claims: [
        { name: 'https://id.example/groups', value: ['{scopes}'] },
        { name: 'both', value: ['{kind}', '{user_type}'] },
        { name: 'name', value: '{username} at {audience} by {client} in {session}' },
        { name: 'version', value: 2 },
        { name: 'isOurs', value: true },
      ],
    },
    claims: {
      ...standing,
      'https://id.example/groups': ['read:d.usr_1.*', 'devices:view'],
      both: ['user', 'customer'],
      name: 'Ada at mqtt by latchkey in ses_1',
      version: 2,
      isOurs: true,
    },
  },
  {
    name: 'a claim whose value is missing is left out',
    choice: {
      name: 'plain',
      claims: [
        { name: 'name', value: '{username}' },
        { name: 'types', value: ['{user_type}'] },
      ],
    },
    given: device,
    claims: { ...withoutScope, scope: standing.scope, kind: 'device', user_type: undefined },
  },
  {
    name: 'a value is not filled in twice',
    choice: { name: 'plain', claims: [{ name: 'name', value: '{username}' }] },
    given: { ...facts, username: '{subject}$&' },
    claims: { ...standing, name: '{subject}$&' },
  },
]
for (const { name, choice, given = facts, claims } of laidOut) {
  test(`a token is laid out, ${name}`, () => {
    const expected = Object.entries(claims).filter(([, value]) => value !== undefined)
    assert.deepEqual(claimsFor(profileOf(choice), given).claims, Object.fromEntries(expected))
  })
}

test('what a bound or an acting token needs is in every JWT', () => {
  const actor = { sub: 'usr_2', sid: 'ses_2', user_type: 'administrator', pv: '1.0' }
  for (const name of profileNames.filter((one) => shippedProfiles[one].form === 'jwt')) {
    const { claims } = claimsFor(shippedProfiles[name], { ...facts, boundTo: 'thumb', actor })
    assert.deepEqual([claims.cnf, claims.act], [{ jkt: 'thumb' }, actor], name)
  }
})

test('scopes and lists are what a token that is too long loses', () => {
  const groups = { name: 'groups', value: ['{scopes}'] }
  const profile = profileOf({ name: 'plain', claims: [groups, { name: 'note', value: 'text' }] })
  assert.deepEqual(claimsFor(profile, facts).groupLike, ['scope', 'groups'])
})

test('a user of NATS may do what the scopes say, and nothing where they say nothing', () => {
  const of = (scopes: string[]) =>
    claimsFor(shippedProfiles.nats, { ...facts, issuer: natsKey('account', Buffer.alloc(32, 1)), scopes })
      .claims
  const claims = of(['pub:d.{subject}.>', 'sub:news', 'sub:d.{subject}.cmd.>', 'devices:view'])
  assert.deepEqual(claims, {
    jti: 'jti_1',
    iat: 1000,
    exp: 1300,
    iss: natsKey('account', Buffer.alloc(32, 1)),
    name: 'usr_1',
    sub: natsUser('usr_1'),
    nats: {
      pub: { allow: ['d.usr_1.>'] },
      sub: { allow: ['news', 'd.usr_1.cmd.>'] },
      ...{ subs: -1, data: -1, payload: -1, bearer_token: true, type: 'user', version: 2 },
      issuer_account: natsAccount('mqtt'),
    },
  })
  const { nats } = of([]) as { nats: { pub: unknown; sub: unknown } }
  assert.deepEqual([nats.pub, nats.sub], [{ deny: ['>'] }, { deny: ['>'] }])
})

test('keys of NATS: the letter of their kind, 56 letters, and a check that one bit changes', () => {
  // 32 zero bytes of an account, as nkeys writes them.
  // The check value of CRC-16/XMODEM, behind a byte of zeros that changes nothing.
  assert.equal(natsKey('account', Buffer.from('123456789')), 'AAYTEMZUGU3DOOBZYMYQ')
  assert.equal(
    natsKey('account', Buffer.alloc(32)),
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  )
  for (const [kind, letter] of [
    ['operator', 'O'],
    ['account', 'A'],
    ['user', 'U'],
  ] as const) {
    const key = natsKey(kind, Buffer.alloc(32, 7))
    assert.match(key, new RegExp(`^${letter}[A-Z2-7]{55}$`))
    assert.notEqual(key.slice(-4), natsKey(kind, Buffer.alloc(32, 6)).slice(-4))
  }
})

const unsafe: { name: string; choice: ProfileChoice; says: RegExp }[] = [
  ...profileNames
    .filter((name) => !programFacts[name].checksAudience)
    .map((name) => ({
      name: `${name} with the key of the issuer`,
      choice: { name, key: 'issuer' as const },
      says: /does not check aud/,
    })),
  { name: 'a life of more than a day', choice: { name: 'plain', lifeSeconds: 86_401 }, says: /to a day/ },
  { name: 'a life of 29 seconds', choice: { name: 'plain', lifeSeconds: 29 }, says: /30 seconds/ },
  { name: 'half a second', choice: { name: 'plain', lifeSeconds: 60.5 }, says: /30 seconds/ },
  { name: 'no end', choice: { name: 'plain', lifeSeconds: Number.POSITIVE_INFINITY }, says: /to a day/ },
  {
    name: 'an algorithm of another kind of key',
    choice: { name: 'plain', key: 'shared', algorithm: 'RS256' },
    says: /HS256/,
  },
  {
    name: 'another algorithm for the key of the issuer',
    choice: { name: 'plain', key: 'issuer', algorithm: 'EdDSA' },
    says: /server/,
  },
  {
    name: 'what InfluxDB cannot verify',
    choice: { name: 'influxdb1', algorithm: 'RS256' },
    says: /does not/,
  },
  {
    name: 'what Dovecot cannot verify',
    choice: { name: 'dovecot', algorithm: 'EdDSA' },
    says: /RS256, ES256/,
  },
  {
    name: 'an algorithm that NATS has not',
    choice: { name: 'nats', algorithm: 'ES256' },
    says: /does not/,
  },
  ...['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'cnf', 'scope', 'sid', 'pv', '__proto__'].map(
    (name) => ({
      name: `a claim ${name} of its own`,
      choice: { name: 'plain' as const, claims: [{ name, value: 'x' }] },
      says: /written by the server alone/,
    }),
  ),
  {
    name: 'a claim twice',
    choice: {
      name: 'plain',
      claims: [
        { name: 'a', value: 1 },
        { name: 'a', value: 2 },
      ],
    },
    says: /twice/,
  },
  ...['{nobody}', '{', '{toString}', '{ subject}', '{scopes}', '{subject}{'].map((value) => ({
    name: `the text ${value}`,
    choice: { name: 'plain' as const, claims: [{ name: 'a', value }] },
    says: /stands for nothing/,
  })),
  {
    name: '21 claims',
    choice: { name: 'plain', claims: Array.from({ length: 21 }, (_, i) => ({ name: `c${i}`, value: i })) },
    says: /20 claims/,
  },
  {
    name: 'a prefix of 101 characters',
    choice: { name: 'plain', scopePrefix: 'x'.repeat(101) },
    says: /prefix/,
  },
  {
    name: 'scopes in a list of two',
    choice: { name: 'plain', claims: [{ name: 'a', value: ['{scopes}', 'x'] }] },
    says: /stands for nothing/,
  },
  {
    name: 'a status list for NATS',
    choice: { name: 'nats', statusList: true },
    says: /without a claim status/,
  },
  {
    name: 'a status list for a program that does not check aud',
    choice: { name: 'dovecot', statusList: true },
    says: /could take a status list/,
  },
  {
    name: 'a status list beside a claim of its name',
    choice: { name: 'plain', statusList: true, claims: [{ name: 'status', value: 'x' }] },
    says: /for the status list/,
  },
  {
    name: 'a list of audiences in a token of NATS',
    choice: { name: 'nats', audienceForm: 'array' },
    says: /fixed/,
  },
  { name: 'a prefix in a token of NATS', choice: { name: 'nats', scopePrefix: 'a' }, says: /fixed layout/ },
  { name: 'a blank in the prefix', choice: { name: 'plain', scopePrefix: 'a b' }, says: /prefix/ },
  { name: 'a quote in the prefix', choice: { name: 'plain', scopePrefix: 'a"' }, says: /prefix/ },
  {
    name: 'a claim in a token of NATS',
    choice: { name: 'nats', claims: [{ name: 'a', value: 1 }] },
    says: /fixed layout/,
  },
  { name: 'another typ of NATS', choice: { name: 'nats', type: 'at+jwt' }, says: /fixed layout/ },
]
for (const { name, choice, says } of unsafe) {
  test(`a profile is refused: ${name}`, () => {
    assert.throws(() => profileOf(choice), { code: 'profile_unsafe', message: says })
  })
}

for (const [name, choice] of [
  ['a life of 30 seconds', { name: 'plain', lifeSeconds: 30 }],
  ['a life of a day', { name: 'plain', lifeSeconds: 86_400 }],
  ['the life of all tokens', { name: 'plain', lifeSeconds: null }],
  [
    '20 claims',
    { name: 'plain', claims: Array.from({ length: 20 }, (_, i) => ({ name: `c${i}`, value: i })) },
  ],
  ['a prefix of 100 characters', { name: 'plain', scopePrefix: 'x'.repeat(100) }],
  ['scopes in a list of one', { name: 'plain', claims: [{ name: 'a', value: ['{scopes}'] }] }],
  ['a claim status without a list', { name: 'plain', claims: [{ name: 'status', value: 'x' }] }],
  ['another life for NATS', { name: 'nats', lifeSeconds: 60 }],
] satisfies readonly (readonly [string, ProfileChoice])[]) {
  test(`a profile may have ${name}`, () => {
    const { signing, ...profile } = profileOf(choice)
    assert.deepEqual({ ...profile, ...choice }, profile)
    assert.deepEqual(signing, shippedProfiles[choice.name].signing)
  })
}

test('every shipped profile is safe as it is, and signs by what its program verifies', () => {
  for (const name of profileNames) assert.deepEqual(profileOf({ name }), shippedProfiles[name])
})

const keys = [
  [
    { name: 'rabbitmq', key: 'issuer' },
    { key: 'issuer', algorithm: 'server' },
  ],
  [
    { name: 'plain', algorithm: 'HS512' },
    { key: 'shared', algorithm: 'HS512' },
  ],
  [
    { name: 'plain', key: 'shared' },
    { key: 'shared', algorithm: 'HS256' },
  ],
  [
    { name: 'plain', algorithm: 'ML-DSA-65' },
    { key: 'own', algorithm: 'ML-DSA-65' },
  ],
  [
    { name: 'plain', key: 'issuer' },
    { key: 'issuer', algorithm: 'server' },
  ],
  [
    { name: 'plain', algorithm: 'RS256' },
    { key: 'own', algorithm: 'RS256' },
  ],
  [
    { name: 'plain', key: 'own' },
    { key: 'own', algorithm: 'RS256' },
  ],
  [
    { name: 'rabbitmq', key: 'own', algorithm: 'EdDSA' },
    { key: 'own', algorithm: 'EdDSA' },
  ],
  [
    { name: 'ejabberd', algorithm: 'ES256' },
    { key: 'own', algorithm: 'ES256' },
  ],
  [
    { name: 'influxdb1', algorithm: 'HS384' },
    { key: 'shared', algorithm: 'HS384' },
  ],
] as const
for (const [choice, signing] of keys) {
  test(`a choice says whose key signs: ${JSON.stringify(choice)}`, () => {
    assert.deepEqual(profileOf(choice).signing, signing)
  })
}
