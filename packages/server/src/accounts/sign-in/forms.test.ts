import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCodeKind, kindOf } from './forms.ts'

for (const [factors, kind] of [
  [[], undefined],
  [['passkey'], undefined],
  [['authenticator'], 'authenticator'],
  [['recovery_code'], 'recovery'],
  [['authenticator', 'recovery_code'], 'authenticator_or_recovery'],
  [['passkey', 'authenticator', 'recovery_code'], 'authenticator_or_recovery'],
  [['passkey', 'recovery_code'], 'recovery'],
  [['mailed_code'], 'mail'],
  [['mailed_code', 'authenticator'], 'mail'],
] as const) {
  test(`a step that ${factors.join(' or ') || 'nothing'} answers asks for ${kind ?? 'no code'}`, () => {
    assert.equal(kindOf({ factors }), kind)
    if (kind !== undefined) assert.ok(isCodeKind(kind))
  })
}

for (const text of ['', 'mailed', 'passkey', 'recovery ', 'authenticator_or']) {
  test(`${JSON.stringify(text)} is no kind of code`, () => assert.equal(isCodeKind(text), false))
}
