import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { VerifiedClaims } from 'latchkey/token'
import type { ProviderRow } from '../providers/store.ts'
import { claimsOf, hasFactor, labelIn, nameIn, provenAddress, provenAt, wantedClaims } from './claims.ts'

const now = 1_800_000_000_000

describe('when somebody has proven to their provider who they are', () => {
  const rows: readonly (readonly [name: string, at: unknown, proven: number | null])[] = [
    ['a moment before', now / 1000 - 3600, now - 3_600_000],
    ['a moment just now', now / 1000, now],
    ['a moment to come, by a clock that is ahead', now / 1000 + 1, now],
    ['the first second', 1, 1000],
    ['the zeroth', 0, null],
    ['before it', -1, null],
    ['half a second', now / 1000 - 0.5, null],
    ['text', String(now / 1000), null],
    ['a number that is not exact', 2 ** 53, null],
    ['no number', Number.NaN, null],
    ['nothing', undefined, null],
  ]
  for (const [name, auth_time, proven] of rows) {
    test(name, () => assert.equal(provenAt({ auth_time } as unknown as VerifiedClaims, now), proven))
  }
})

describe('whether the provider has asked for a second factor', () => {
  const rows: readonly (readonly [name: string, claims: object, of: string[][], expected: boolean])[] = [
    ['a method that counts', { amr: ['pwd', 'mfa'] }, [['mfa'], []], true],
    ['the second one that counts', { amr: ['hwk'] }, [['mfa', 'hwk'], []], true],
    ['methods of which none counts', { amr: ['pwd'] }, [['mfa'], []], false],
    ['a method in a text', { amr: 'mfa' }, [['mfa'], []], false],
    ['nothing said', {}, [['mfa'], ['high']], false],
    ['a context that counts', { acr: 'high' }, [[], ['low', 'high']], true],
    ['a context that does not', { acr: 'higher' }, [[], ['high']], false],
    ['a context in a list', { acr: ['high'] }, [[], ['high']], false],
    ['where nothing counts', { amr: ['mfa'], acr: 'high' }, [[], []], false],
  ]
  for (const [name, claims, [factorAmr = [], factorAcr = []], expected] of rows) {
    test(name, () => {
      const provider = { factorAmr, factorAcr } as unknown as ProviderRow
      assert.equal(hasFactor(claims as VerifiedClaims, provider), expected)
    })
  }
})

describe('an address that a provider has proven', () => {
  const good = { email: 'Ada@Example.com', email_verified: true }
  const long = `${'a'.repeat(64)}@${'b.'.repeat(94)}example`
  const rows: readonly (readonly [name: string, claims: object, domains: readonly string[], key?: string])[] =
    [
      ['of a domain of theirs', good, ['other.example', 'example.com'], 'ada@example.com'],
      ['of any domain', good, ['*'], 'ada@example.com'],
      ['of another domain', good, ['other.example']],
      ['of a domain below', { ...good, email: 'ada@mail.example.com' }, ['example.com']],
      ['of a domain whose end it is', { ...good, email: 'ada@notexample.com' }, ['example.com']],
      ['with the domain in the name', { ...good, email: '"ada@example.com"@other.example' }, ['example.com']],
      ['of no domain of theirs', good, []],
      ['verified in text', { ...good, email_verified: 'true' }, ['*']],
      ['not verified', { ...good, email_verified: false }, ['*']],
      ['of which nothing is said', { email: good.email }, ['*']],
      ['in a list', { ...good, email: [good.email] }, ['*']],
      ['that is none', { ...good, email: 'ada' }, ['*']],
      ['of 255 characters', { ...good, email: long.padStart(255, 'a') }, ['*']],
    ]
  for (const [name, claims, emailDomains, key] of rows) {
    test(name, () => {
      const provider = { emailDomains } as unknown as ProviderRow
      assert.equal(provenAddress({ ...claims }, provider)?.key, key)
    })
  }
})

describe('what somebody recognizes an identity by', () => {
  const rows: readonly (readonly [claims: Readonly<Record<string, unknown>>, label: string | null])[] = [
    [{ email: 'ada@example.com', preferred_username: 'ada', name: 'Ada' }, 'ada@example.com'],
    [{ email: 7, preferred_username: ' ada ', name: 'Ada' }, 'ada'],
    [{ email: '\u202eada', preferred_username: '', name: 'Ada' }, 'Ada'],
    [{ name: 'x'.repeat(200) }, 'x'.repeat(200)],
    [{ name: 'x'.repeat(201) }, null],
    [{}, null],
  ]
  for (const [claims, label] of rows) {
    test(JSON.stringify(claims).slice(0, 60), () => assert.equal(labelIn(claims), label))
  }
})

describe('a claim as a name', () => {
  const rows: readonly (readonly [said: unknown, claim: string | null, name: string | undefined])[] = [
    [' Ada ', 'name', 'Ada'],
    ['x'.repeat(200), 'name', 'x'.repeat(200)],
    ['x'.repeat(201), 'name', undefined],
    ['', 'name', undefined],
    [7, 'name', undefined],
    ['Ada', 'other', undefined],
    ['Ada', null, undefined],
  ]
  for (const [said, claim, name] of rows) {
    test(`${JSON.stringify(said).slice(0, 20)} as ${claim}`, () =>
      assert.equal(nameIn({ name: said }, claim), name))
  }
})

describe('which claims are asked for', () => {
  const rows: readonly (readonly [provider: Partial<ProviderRow>, names: readonly string[]])[] = [
    [{}, []],
    [{ usernameClaim: 'upn' }, ['upn']],
    [{ displayNameClaim: 'name' }, ['name']],
    [{ emailDomains: ['*'] }, ['email', 'email_verified']],
    [
      { usernameClaim: 'upn', displayNameClaim: 'name', emailDomains: ['work.example'] },
      ['upn', 'name', 'email', 'email_verified'],
    ],
  ]
  const none = { usernameClaim: null, displayNameClaim: null, emailDomains: [] }
  for (const [provider, names] of rows) {
    test(JSON.stringify(provider), () =>
      assert.deepEqual(wantedClaims({ ...none, ...provider } as ProviderRow), names),
    )
  }
})

describe('claims that are signed and claims that are told', () => {
  const rows: readonly (readonly [signed: object, told: object, claims: object])[] = [
    [{ name: 'A' }, { name: 'B', locale: 'x' }, { name: 'A', locale: 'x' }],
    [
      { email: 'a', email_verified: true },
      { email: 'b', email_verified: false },
      { email: 'a', email_verified: true },
    ],
    // Whoever names the address says whether it is verified.
    [{ email: 'a' }, { email: 'b', email_verified: true }, { email: 'b', email_verified: true }],
    [{ email_verified: true }, { email: 'b' }, { email: 'b' }],
    [{ email: 'a' }, {}, {}],
  ]
  for (const [signed, told, claims] of rows) {
    test(`${JSON.stringify(signed)} beside ${JSON.stringify(told)}`, () => {
      const read = claimsOf(signed as VerifiedClaims, told as Readonly<Record<string, unknown>>)
      assert.deepEqual(JSON.parse(JSON.stringify(read)), claims)
    })
  }
})
