import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { type Authentication, checkSecret, checkSettings, type Settings } from './settings.ts'

const ground = {
  issuer: 'https://id.example',
  outbound: { allows: (url: string) => url.startsWith('https://') },
}
const good: Settings = {
  ...{
    name: 'Work',
    issuer: 'https://work.example',
    clientId: 'here',
    authentication: 'client_secret_basic',
  },
  ...{ teamId: null, keyId: null, scopes: ['openid'], responseMode: 'query', userType: null },
  ...{ emailDomains: [], usernameClaim: null, displayNameClaim: null, factorAmr: [], factorAcr: [] },
}
const apple = { authentication: 'apple', teamId: 'TEAM', keyId: 'KEY' } as const
const texts = (count: number, form: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => form(at))
const issuerOf = (length: number) => `https://work.example/${'x'.repeat(length - 21)}`

const taken: readonly (readonly [name: string, more: Partial<Settings>])[] = [
  ['the least', {}],
  ['a name of the most characters', { name: 'x'.repeat(60) }],
  ['an issuer of the most characters', { issuer: issuerOf(500) }],
  ['a client id of the most characters', { clientId: 'x'.repeat(200) }],
  ['as many scopes as there may be', { scopes: ['openid', ...texts(19, (at) => `s${at}`)] }],
  ['as many domains as there may be', { emailDomains: texts(50, (at) => `d${at}.example`) }],
  ['every domain', { emailDomains: ['*'] }],
  ['as many methods as there may be', { factorAmr: texts(20, (at) => `m${at}`) }],
  ['as many contexts as there may be', { factorAcr: texts(20, (at) => `urn:c:${at}`) }],
  ['claims', { usernameClaim: 'preferred_username', displayNameClaim: 'https://work.example/name' }],
  ['Apple', apple],
  ['Apple by longer names', { ...apple, teamId: 'x'.repeat(64), keyId: 'y'.repeat(64) }],
]
for (const [name, more] of taken) {
  test(`a provider may have ${name}`, () => checkSettings(ground, { ...good, ...more }))
}

const refused: readonly (readonly [name: string, more: Partial<Settings>, field: string])[] = [
  ['a longer name', { name: 'x'.repeat(61) }, '/name'],
  ['a name that nobody sees', { name: '\u2800' }, '/name'],
  ['a longer issuer', { issuer: issuerOf(501) }, '/issuer'],
  ['an issuer without TLS', { issuer: 'http://work.example' }, '/issuer'],
  ['an issuer with a query', { issuer: 'https://work.example/?a=1' }, '/issuer'],
  ['an issuer with an empty fragment', { issuer: 'https://work.example/#' }, '/issuer'],
  ['this server as issuer', { issuer: ground.issuer }, '/issuer'],
  ['a longer client id', { clientId: 'x'.repeat(201) }, '/client_id'],
  ['a client id with a blank', { clientId: 'a b' }, '/client_id'],
  ['this server as client', { clientId: ground.issuer }, '/client_id'],
  ['a scope too many', { scopes: ['openid', ...texts(20, (at) => `s${at}`)] }, '/scopes'],
  ['no openid', { scopes: ['email'] }, '/scopes'],
  ['a scope twice', { scopes: ['openid', 'a', 'a'] }, '/scopes'],
  ['a scope with a quote', { scopes: ['openid', '"'] }, '/scopes'],
  ['a domain too many', { emailDomains: texts(51, (at) => `d${at}.example`) }, '/email_domains'],
  ['a domain of one label', { emailDomains: ['example'] }, '/email_domains'],
  ['a domain in capitals', { emailDomains: ['Work.example'] }, '/email_domains'],
  ['a domain that is written in another way', { emailDomains: ['bücher.example'] }, '/email_domains'],
  ['a method too many', { factorAmr: texts(21, (at) => `m${at}`) }, '/factor_amr'],
  ['a method with a blank', { factorAmr: ['a b'] }, '/factor_amr'],
  ['a context too many', { factorAcr: texts(21, (at) => `c${at}`) }, '/factor_acr'],
  ['a claim for names with a blank', { usernameClaim: 'a b' }, '/username_claim'],
  ['a claim for names to be shown with a blank', { displayNameClaim: 'a b' }, '/display_name_claim'],
  ['a team, and is not Apple', { teamId: 'TEAM' }, '/team_id'],
  ['a key, and is not Apple', { keyId: 'KEY' }, '/key_id'],
  ['no team, and is Apple', { ...apple, teamId: null }, '/team_id'],
  ['no key, and is Apple', { ...apple, keyId: null }, '/key_id'],
  ['a longer team', { ...apple, teamId: 'x'.repeat(65) }, '/team_id'],
  ['a key with a hyphen', { ...apple, keyId: 'A-B' }, '/key_id'],
]
const at = (field: string) => (error: unknown) => {
  const { code, faults } = error as { code: string; faults: readonly { field: string }[] }
  assert.deepEqual([code, faults.map((fault) => fault.field)], ['request_invalid', [field]])
  return true
}
for (const [name, more, field] of refused) {
  test(`a provider is refused that has ${name}`, () => {
    assert.throws(() => checkSettings(ground, { ...good, ...more }), at(field))
  })
}

const pem = (curve: string) =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
const secrets: readonly (readonly [
  authentication: Authentication,
  secret: string | null,
  isTaken: boolean,
])[] = [
  ['client_secret_basic', 'x', true],
  ['client_secret_post', 'x'.repeat(4_096), true],
  ['client_secret_post', 'x'.repeat(4_097), false],
  ['client_secret_basic', '', false],
  ['client_secret_basic', 'ä', false],
  ['client_secret_basic', null, false],
  ['private_key_jwt', null, true],
  ['private_key_jwt', 'x', false],
  ['apple', pem('P-256'), true],
  ['apple', pem('P-384'), false],
  ['apple', 'x', false],
  ['apple', null, false],
]
for (const [authentication, secret, isTaken] of secrets) {
  const what = secret === null ? 'no secret' : `a secret of ${secret.length} characters`
  test(`${authentication} ${isTaken ? 'takes' : 'refuses'} ${what}`, () => {
    if (isTaken) checkSecret(authentication, secret)
    else assert.throws(() => checkSecret(authentication, secret), at('/client_secret'))
  })
}
