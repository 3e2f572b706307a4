import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hindranceOf, relyingParty } from './relying-party.ts'

interface Row {
  readonly issuer: string
  readonly rpId?: string
  readonly passkeyOrigins?: readonly string[]
  readonly id: string
  readonly isRelated: boolean
  /** What doctor says of it. */
  readonly says?: RegExp
}

const rows: readonly Row[] = [
  { issuer: 'https://id.example.com', id: 'id.example.com', isRelated: false },
  { issuer: 'https://id.example.com', rpId: 'id.example.com', id: 'id.example.com', isRelated: false },
  { issuer: 'https://id.example.com', rpId: 'example.com', id: 'example.com', isRelated: true },
  {
    issuer: 'https://id.example.com',
    passkeyOrigins: ['https://shop.example'],
    id: 'id.example.com',
    isRelated: true,
  },
  {
    ...{ issuer: 'https://id.example.com', rpId: 'ample.com', id: 'ample.com', isRelated: true },
    says: /passkeys are of ample\.com: on pages of id\.example\.com, .*https:\/\/ample\.com\/\.well-known\/webauthn/,
  },
  {
    ...{ issuer: 'https://example.com', rpId: 'id.example.com', id: 'id.example.com', isRelated: true },
    says: /passkeys are of id\.example\.com: on pages of example\.com/,
  },
  { issuer: 'http://127.0.0.1:8484', id: 'localhost', isRelated: false },
  { issuer: 'http://[::1]:8484', id: 'localhost', isRelated: false },
  { issuer: 'https://192.0.2.1', id: '192.0.2.1', isRelated: false, says: /192\.0\.2\.1 is an address/ },
  {
    issuer: 'https://[2001:db8::7]',
    id: '[2001:db8::7]',
    isRelated: false,
    says: /is an address and no domain/,
  },
]
for (const { issuer, rpId, passkeyOrigins = [], id, isRelated, says } of rows) {
  test(`passkeys of ${issuer} with ${rpId ?? 'no RP ID'} and ${passkeyOrigins.length} origins`, () => {
    const settings = { issuer, rpId, passkeyOrigins }
    const party = relyingParty(settings, 'Latchkey')
    assert.deepEqual([party.id, party.name, party.isRelated], [id, 'Latchkey', isRelated])
    for (const origin of passkeyOrigins) assert.ok(party.origins.has(origin))
    assert.ok(party.origins.has(new URL(issuer).origin))
    if (says === undefined) assert.equal(hindranceOf(settings), undefined)
    else assert.match(hindranceOf(settings) ?? '', says)
  })
}
