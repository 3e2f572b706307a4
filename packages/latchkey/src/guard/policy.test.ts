import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resource, signed } from '../../test/guard/guarded-api.ts'
import { nowMs, nowSeconds, secretBytes } from '../../test/token/raw-token.ts'
import { createGuard } from './guard.ts'
import {
  allowAny,
  and,
  FetchRequest,
  isAdmin,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  not,
  type OptionalPolicy,
  or,
  type Policy,
} from './index.ts'

const guard = createGuard({ secret: secretBytes, audience: resource, issuer: 'I', now: () => nowMs })

/** A caller who may view, but not control; an administrator if `user_type` says so. */
const request = (claims: object | undefined, method = 'GET') =>
  new FetchRequest(
    new Request(resource, {
      method,
      headers: claims === undefined ? {} : { authorization: `Bearer ${signed({ payload: claims })}` },
    }),
  )

async function outcome(policy: Policy, claims: object = {}): Promise<string> {
  const decision = await guard.required(policy)(request(claims))
  return decision.kind === 'allowed' ? 'allowed' : decision.refusal.error
}

const yes: Policy = { scope: 'devices:view' }
const no: Policy = { scope: 'devices:control' }
const never: Policy = { kinds: ['device'] }
const later = (answer: boolean): Policy => ({ rule: () => Promise.resolve(answer) })
const hidden: Policy = { rule: () => false, hide: true }
const stronger: Policy = { acr: 'high' }

const cases: readonly { name: string; policy: Policy; claims?: object; outcome: string }[] = [
  { name: 'and, where both hold', policy: and(yes, later(true)), outcome: 'allowed' },
  { name: 'and, where the first does not', policy: and(no, yes), outcome: 'insufficient_scope' },
  { name: 'and, where the last does not', policy: and(yes, later(true), never), outcome: 'forbidden' },
  {
    name: 'and, of a rule that takes its time and says no',
    policy: and(later(false), yes),
    outcome: 'forbidden',
  },
  { name: 'or, where the first holds', policy: or(yes, hidden), outcome: 'allowed' },
  { name: 'or, where the last holds', policy: or(no, later(false), yes), outcome: 'allowed' },
  {
    name: 'or, where a rule that takes its time holds',
    policy: or(no, later(true), never),
    outcome: 'allowed',
  },
  {
    name: 'or, where none holds: as the first',
    policy: or(no, never, stronger),
    outcome: 'insufficient_scope',
  },
  {
    name: 'or, where none holds: the other way round',
    policy: or(stronger, later(false), no),
    outcome: 'insufficient_user_authentication',
  },
  { name: 'or, where none holds and one hides', policy: or(no, hidden, never), outcome: 'not_found' },
  { name: 'not, of what does not hold', policy: not(no), outcome: 'allowed' },
  { name: 'not, of what holds', policy: not(yes), outcome: 'forbidden' },
  { name: 'not, of a rule that takes its time and says yes', policy: not(later(true)), outcome: 'forbidden' },
  { name: 'not, of a rule that takes its time and says no', policy: not(later(false)), outcome: 'allowed' },
  { name: 'deeper', policy: and(or(no, not(never)), not(and(yes, no))), outcome: 'allowed' },
  { name: 'deeper, refused', policy: or(and(yes, no), and(not(yes), yes)), outcome: 'insufficient_scope' },
  { name: 'what stands beside the parts', policy: { ...no, or: [yes] }, outcome: 'insufficient_scope' },
  { name: 'the parts beside what stands', policy: { ...yes, or: [never] }, outcome: 'forbidden' },
  {
    name: 'all scopes and one of several',
    policy: { scope: 'devices:read', anyScope: ['x', 'devices:view'] },
    outcome: 'allowed',
  },
  {
    name: 'all scopes and none of several',
    policy: { scope: 'devices:read', anyScope: ['x', 'y'] },
    outcome: 'insufficient_scope',
  },
  { name: 'a rule that says undefined', policy: { rule: (() => {}) as never }, outcome: 'forbidden' },
  { name: 'a rule that says 1', policy: { rule: (() => 1) as never }, outcome: 'forbidden' },
  {
    name: 'a rule that promises the text "true"',
    policy: { rule: (async () => 'true') as never },
    outcome: 'forbidden',
  },
  {
    name: 'a rule that is not asked, for a scope is missing',
    policy: { ...no, rule: () => assert.fail() },
    outcome: 'insufficient_scope',
  },
  { name: 'isAuthenticated', policy: isAuthenticated, outcome: 'allowed' },
  { name: 'isAdmin, for somebody else', policy: isAdmin, outcome: 'forbidden' },
  { name: 'isAdmin', policy: isAdmin, claims: { user_type: 'administrator' }, outcome: 'allowed' },
  {
    name: 'isAdmin, for a device that calls itself one',
    policy: isAdmin,
    claims: { user_type: 'administrator', kind: 'device' },
    outcome: 'forbidden',
  },
  {
    name: 'an age of 0, just now',
    policy: { maxAge: 0 },
    claims: { auth_time: nowSeconds },
    outcome: 'allowed',
  },
  {
    name: 'an age of 0, by all that clocks may differ',
    policy: { maxAge: 0 },
    claims: { auth_time: nowSeconds - 30 },
    outcome: 'allowed',
  },
  {
    name: 'an age of 0, beyond what clocks differ',
    policy: { maxAge: 0 },
    claims: { auth_time: nowSeconds - 31 },
    outcome: 'insufficient_user_authentication',
  },
]
for (const { name, policy, claims, outcome: expected } of cases) {
  test(`a policy decides: ${name}`, async () => assert.equal(await outcome(policy, claims), expected))
}

const withRoles = createGuard({
  ...{ secret: secretBytes, audience: resource, issuer: 'I', now: () => nowMs },
  claims: { roles: 'roles', userType: 'tier' },
})
const facts: readonly { name: string; policy: Policy; claims: object; outcome: string }[] = [
  {
    name: 'one of the roles',
    policy: { role: ['a', 'b'] },
    claims: { roles: ['b', 'c'] },
    outcome: 'allowed',
  },
  { name: 'other roles', policy: { role: 'a' }, claims: { roles: ['b', 'ab'] }, outcome: 'forbidden' },
  { name: 'no roles', policy: { role: 'a' }, claims: {}, outcome: 'forbidden' },
  { name: 'a user type', policy: { userType: ['x', 'gold'] }, claims: { tier: 'gold' }, outcome: 'allowed' },
  { name: 'another user type', policy: { userType: 'gold' }, claims: { tier: 'tin' }, outcome: 'forbidden' },
  { name: 'no user type', policy: { userType: 'gold' }, claims: {}, outcome: 'forbidden' },
  { name: 'another kind', policy: { kinds: ['device', 'service'] }, claims: {}, outcome: 'forbidden' },
  { name: 'one of the kinds', policy: { kinds: ['device', 'user'] }, claims: {}, outcome: 'allowed' },
  { name: 'a context', policy: { acr: ['low', 'high'] }, claims: { acr: 'high' }, outcome: 'allowed' },
  {
    name: 'no context',
    policy: { acr: 'high' },
    claims: {},
    outcome: 'insufficient_user_authentication',
  },
  {
    name: 'no word of when they proved who they are',
    policy: { maxAge: 1e9 },
    claims: {},
    outcome: 'insufficient_user_authentication',
  },
  { name: 'scopes in one text', policy: { scope: 'a b' }, claims: { scope: 'b a c' }, outcome: 'allowed' },
  {
    name: 'a scope too few',
    policy: { scope: 'a b' },
    claims: { scope: 'a' },
    outcome: 'insufficient_scope',
  },
  { name: 'one scope of a text', policy: { anyScope: 'a b' }, claims: { scope: 'b' }, outcome: 'allowed' },
]
for (const { name, policy, claims, outcome: expected } of facts) {
  test(`a policy about facts decides: ${name}`, async () => {
    const decision = await withRoles.required(policy)(request(claims))
    assert.equal(decision.kind === 'allowed' ? 'allowed' : decision.refusal.error, expected)
  })
}

const open: readonly {
  name: string
  policy: OptionalPolicy
  method: string
  claims?: object
  outcome: string
}[] = [
  { name: 'allowAny, without a token', policy: allowAny, method: 'DELETE', outcome: 'anonymous' },
  { name: 'allowAny, with one', policy: allowAny, method: 'GET', claims: {}, outcome: 'usr_1' },
  {
    name: 'allowAny, with a bad one',
    policy: allowAny,
    method: 'GET',
    claims: { exp: 1 },
    outcome: 'invalid_token',
  },
  {
    name: 'isAuthenticatedOrReadOnly, reading',
    policy: isAuthenticatedOrReadOnly,
    method: 'HEAD',
    outcome: 'anonymous',
  },
  {
    name: 'isAuthenticatedOrReadOnly, writing',
    policy: isAuthenticatedOrReadOnly,
    method: 'PATCH',
    outcome: 'unauthorized',
  },
  {
    name: 'isAuthenticatedOrReadOnly, writing with a token',
    policy: isAuthenticatedOrReadOnly,
    method: 'PUT',
    claims: {},
    outcome: 'usr_1',
  },
  {
    name: 'leniency does not let strangers write',
    policy: { ...isAuthenticatedOrReadOnly, lenient: true },
    method: 'POST',
    claims: { exp: 1 },
    outcome: 'invalid_token',
  },
  {
    name: 'leniency does not cover a missing scope',
    policy: { ...no, lenient: true },
    method: 'GET',
    claims: {},
    outcome: 'insufficient_scope',
  },
]
for (const { name, policy, method, claims, outcome: expected } of open) {
  test(`an optional policy decides: ${name}`, async () => {
    const decision = await guard.optional(policy)(request(claims, method))
    assert.equal(
      decision.kind === 'allowed' ? (decision.auth?.subject ?? 'anonymous') : decision.refusal.error,
      expected,
    )
  })
}

test('an error in a rule is neither a yes nor a no', async () => {
  const fault = new Error('the database is away')
  const throwing = guard.required({
    rule: () => {
      throw fault
    },
  })
  assert.throws(() => throwing(request({})), fault)
  await assert.rejects(
    async () => guard.required(or(later(false), { rule: () => Promise.reject(fault) }))(request({})),
    fault,
  )
})

test('wrong words about callers without a token are a TypeError', () => {
  for (const policy of [{ anonymous: 'write' }, { anonymous: true }, { lenient: 'yes' }]) {
    assert.throws(() => guard.optional(policy as OptionalPolicy), TypeError)
  }
})
