import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../../test/guard/guarded-api.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import type { VerifiedClaims } from '../../token/index.ts'
import { createGuard } from '../guard.ts'
import { type ClaimMapping, FetchRequest, type IssuerOptions, type Policy } from '../index.ts'

/** Judge a token with these claims by an issuer with these options. */
async function judge(options: Partial<IssuerOptions>, payload: object, policy: Policy = {}) {
  const guard = createGuard({
    ...{ secret: secretBytes, issuer: 'I', audience: resource, now: () => nowMs },
    ...options,
  })
  const headers = { authorization: `Bearer ${signed({ payload })}` }
  return guard.required(policy)(new FetchRequest(new Request(resource, { headers })))
}

async function principal(options: Partial<IssuerOptions>, payload: object) {
  const decision = await judge(options, payload)
  assert(decision.kind === 'allowed' && decision.auth !== undefined)
  return decision.auth
}

async function blamed(options: Partial<IssuerOptions>, payload: object, policy?: Policy) {
  const decision = await judge(options, payload, policy)
  assert(decision.kind === 'refused')
  const { reason, claim, expected } = decision.refusal
  return { reason, claim, expected }
}

const read: readonly { name: string; claims: ClaimMapping; payload: object; found: object }[] = [
  {
    name: 'an empty mapping reads RFC 9068, and nothing of Latchkey’s own',
    claims: {},
    payload: { client_id: 'web', scope: 'a b' },
    found: { subject: 'usr_1', kind: 'user', scopes: ['a', 'b'], clientId: 'web' },
  },
  {
    name: 'a client that is its own subject is a service',
    claims: {},
    payload: { sub: 'web', client_id: 'web', scope: '' },
    found: { subject: 'web', kind: 'service', scopes: [], clientId: 'web' },
  },
  {
    name: 'every place by the name of a claim',
    claims: {
      subject: 'oid',
      scopes: 'scp',
      roles: 'groups',
      clientId: 'azp',
      userType: 'tier',
      sessionId: 'sess',
    },
    payload: { oid: 'o1', scp: ['a', 'b c'], groups: ['x', 1, 'y'], azp: 'web', tier: 'gold', sess: 's1' },
    found: {
      subject: 'o1',
      kind: 'user',
      scopes: ['a', 'b c'],
      roles: ['x', 'y'],
      clientId: 'web',
      userType: 'gold',
      sessionId: 's1',
    },
  },
  {
    name: 'a member of an object, and a URL that is one name',
    claims: { roles: 'realm.roles', scopes: 'https://a.example/scopes' },
    payload: { realm: { roles: 'admin' }, 'https://a.example/scopes': ' a  b ' },
    found: { subject: 'usr_1', kind: 'user', scopes: ['a', 'b'], roles: ['admin'] },
  },
  {
    name: 'several places, put together',
    claims: { scopes: ['scope', 'permissions', 'none'], roles: ['realm.roles', 'role'] },
    payload: { scope: 'a b', permissions: ['c'], realm: { roles: ['x'] }, role: 'y' },
    found: { subject: 'usr_1', kind: 'user', scopes: ['a', 'b', 'c'], roles: ['x', 'y'] },
  },
  {
    name: 'a list of one place, whose text is one role',
    claims: { roles: ['role'] },
    payload: { role: 'x y', scope: '' },
    found: { subject: 'usr_1', kind: 'user', scopes: [], roles: ['x y'] },
  },
  {
    name: 'functions of the claims',
    claims: {
      subject: ({ sub }: VerifiedClaims) => `i:${sub}`,
      scopes: () => ['a'],
      kind: ({ sub }: VerifiedClaims) => (sub === 'usr_1' ? 'device' : 'user'),
    },
    payload: {},
    found: { subject: 'i:usr_1', kind: 'device', scopes: ['a'] },
  },
  {
    name: 'what is not of the kind that it should be is not there',
    claims: { scopes: 'a.b', roles: 'c.toString', clientId: 'd', userType: 'e', sessionId: 'f' },
    payload: { a: null, c: 'text', d: 1, e: ['x'], f: {} },
    found: { subject: 'usr_1', kind: 'user', scopes: [], roles: [] },
  },
  {
    name: 'what every object inherits is no claim',
    claims: { scopes: 'constructor.name', roles: '__proto__.x' },
    payload: {},
    found: { subject: 'usr_1', kind: 'user', scopes: [], roles: [] },
  },
]
for (const { name, claims, payload, found } of read) {
  test(`a mapping of claims reads ${name}`, async () => {
    const { subject, kind, scopes, roles, clientId, userType, sessionId } = await principal(
      { claims },
      payload,
    )
    assert.deepEqual(
      { subject, kind, scopes, roles, clientId, userType, sessionId },
      { roles: undefined, clientId: undefined, userType: undefined, sessionId: undefined, ...found },
    )
    assert(Object.isFrozen(scopes) && Object.isFrozen(roles))
  })
}

const refused: readonly {
  name: string
  options: Partial<IssuerOptions>
  payload: object
  reason: string
  claim: string
  expected?: unknown
}[] = [
  {
    name: 'a subject that is empty',
    options: { claims: { subject: 'oid' } },
    payload: { oid: '' },
    reason: 'subject_invalid',
    claim: 'oid',
  },
  {
    name: 'a subject that is no text',
    options: { claims: { subject: () => 1 } },
    payload: {},
    reason: 'subject_invalid',
    claim: 'a function',
  },
  {
    name: 'a subject in none of two places',
    options: { claims: { subject: ['a', 'b'] } },
    payload: {},
    reason: 'subject_invalid',
    claim: 'a,b',
  },
  {
    name: 'a kind that nobody knows',
    options: { claims: { kind: () => 'robot' as never } },
    payload: {},
    reason: 'claim_invalid',
    claim: 'kind',
  },
  {
    name: 'a kind of Latchkey’s own that nobody knows',
    options: {},
    payload: { kind: 'robot' },
    reason: 'claim_invalid',
    claim: 'kind',
  },
  {
    name: 'another issuer',
    options: {},
    payload: { iss: 'J' },
    reason: 'issuer_mismatch',
    claim: 'iss',
    expected: 'I',
  },
  {
    name: 'another audience',
    options: { audience: ['A', 'B'] },
    payload: {},
    reason: 'audience_mismatch',
    claim: 'aud',
    expected: ['A', 'B'],
  },
  {
    name: 'no audience, and another one in the claim for it',
    options: { audienceClaim: 'client' },
    payload: { aud: undefined, client: 'other' },
    reason: 'audience_mismatch',
    claim: 'client',
    expected: resource,
  },
  {
    name: 'no audience, and a list in the claim for it',
    options: { audienceClaim: 'client' },
    payload: { aud: undefined, client: [resource] },
    reason: 'audience_mismatch',
    claim: 'client',
    expected: resource,
  },
  {
    name: 'no audience, and no claim for it',
    options: { audienceClaim: 'constructor' },
    payload: { aud: undefined },
    reason: 'audience_mismatch',
    claim: 'constructor',
    expected: resource,
  },
  {
    name: 'no audience, and no word of another claim',
    options: {},
    payload: { aud: undefined, client: resource },
    reason: 'claim_missing',
    claim: 'aud',
    expected: resource,
  },
  {
    name: 'another audience, whatever the claim for it says',
    options: { audienceClaim: 'client' },
    payload: { aud: 'other', client: resource },
    reason: 'audience_mismatch',
    claim: 'aud',
    expected: resource,
  },
  {
    name: 'a claim that is required and is not there',
    options: { require: { use: 'access' } },
    payload: {},
    reason: 'claim_missing',
    claim: 'use',
    expected: 'access',
  },
  {
    name: 'a claim that is required and has another value',
    options: { require: { use: ['access', 1, true] } },
    payload: { use: '1' },
    reason: 'claim_invalid',
    claim: 'use',
    expected: ['access', 1, true],
  },
  {
    name: 'a required claim that only every object has',
    options: { require: { toString: 'x' } },
    payload: {},
    reason: 'claim_missing',
    claim: 'toString',
    expected: 'x',
  },
  {
    name: 'another type',
    options: { type: ['JWT', null] },
    payload: {},
    reason: 'type_mismatch',
    claim: 'typ',
    expected: ['JWT', null],
  },
]
for (const { name, options, payload, expected = undefined, ...rest } of refused) {
  test(`a token is refused, and the log is told why: ${name}`, async () => {
    assert.deepEqual(await blamed(options, payload), { ...rest, expected })
  })
}

test('a claim may stand for the audience, and claims may have to have one of some values', async () => {
  const options = { audienceClaim: 'client', audience: ['A', 'B'], require: { use: ['access', 1], ok: true } }
  for (const payload of [
    { aud: undefined, client: 'B', use: 1, ok: true },
    { aud: 'A', client: 'other', use: 'access', ok: true },
  ]) {
    assert.equal((await principal(options, payload)).subject, 'usr_1')
  }
})

const wrong: readonly { name: string; options: object }[] = [
  { name: 'keys beside a secret', options: { keys: [] } },
  { name: 'a feed beside a list of revocations', options: { revocations: {}, revocationList: {} } },
  { name: 'a mapping that is a text', options: { claims: 'rfc9068' } },
  { name: 'a place without a name', options: { claims: { scopes: '' } } },
  { name: 'a place that is a number', options: { claims: { roles: 1 } } },
  { name: 'a place that is null', options: { claims: { subject: null } } },
  { name: 'a list of no places', options: { claims: { clientId: [] } } },
  { name: 'a list with a place without a name', options: { claims: { userType: ['a', ''] } } },
  { name: 'a kind that is a text', options: { claims: { kind: 'user' } } },
  { name: 'a claim for the audience that has no name', options: { audienceClaim: '' } },
  { name: 'a claim for the audience that is a list', options: { audienceClaim: ['client'] } },
  { name: 'required claims that are null', options: { require: null } },
  { name: 'required claims that are a list', options: { require: ['use'] } },
  { name: 'required claims that are a text', options: { require: 'use' } },
  { name: 'a required claim with no value', options: { require: { use: [] } } },
  { name: 'a required claim with the value null', options: { require: { use: null } } },
  { name: 'a required claim with an object among its values', options: { require: { use: ['a', {}] } } },
  { name: 'a required claim with the value undefined', options: { require: { use: undefined } } },
]
test('a guard says of required claims that are null what they should be', async () => {
  const options = { require: null } as unknown as Parameters<typeof judge>[0] // what JavaScript may give
  await assert.rejects(judge(options, {}), /require is a record of claims and their values/)
})

for (const { name, options } of wrong) {
  test(`a guard is a TypeError with ${name}`, async () => {
    await assert.rejects(judge(options, {}), TypeError)
  })
}
