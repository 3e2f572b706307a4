import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Class } from '../../../test/compat/pyjwt/pyjwt.ts'
import * as jwt from './index.ts'

test('the exceptions inherit as they do in PyJWT', () => {
  const parents: Readonly<Record<string, Class>> = {
    InvalidTokenError: jwt.PyJWTError,
    DecodeError: jwt.InvalidTokenError,
    InvalidSignatureError: jwt.DecodeError,
    ExpiredSignatureError: jwt.InvalidTokenError,
    InvalidAudienceError: jwt.InvalidTokenError,
    InvalidIssuerError: jwt.InvalidTokenError,
    InvalidIssuedAtError: jwt.InvalidTokenError,
    ImmatureSignatureError: jwt.InvalidTokenError,
    InvalidAlgorithmError: jwt.InvalidTokenError,
    MissingRequiredClaimError: jwt.InvalidTokenError,
    InvalidSubjectError: jwt.InvalidTokenError,
    InvalidJTIError: jwt.InvalidTokenError,
    InvalidKeyError: jwt.PyJWTError,
    PyJWKError: jwt.PyJWTError,
    MissingCryptographyError: jwt.PyJWKError,
    PyJWKSetError: jwt.PyJWTError,
    PyJWKClientError: jwt.PyJWTError,
    PyJWKClientConnectionError: jwt.PyJWKClientError,
  }
  const all: Readonly<Record<string, unknown>> = { ...jwt }
  for (const [name, parent] of Object.entries(parents)) {
    assert.equal(Object.getPrototypeOf(all[name]), parent, name)
  }
  assert.equal(new jwt.DecodeError('x').name, 'DecodeError')
  assert.equal(new jwt.MissingRequiredClaimError('exp').claim, 'exp')
})
