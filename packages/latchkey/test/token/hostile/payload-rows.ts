import { rawJson } from '../good-token.ts'
import { goodClaims, rawToken } from '../raw-token.ts'
import type { Refused } from './row.ts'

/** Payloads that are no JSON object with one meaning. */
export const payloadRows: readonly Refused[] = [
  { name: 'payload as a list', token: rawToken({ payload: '[]' }), code: 'token_malformed' },
  { name: 'payload null', token: rawToken({ payload: 'null' }), code: 'token_malformed' },
  { name: 'payload as text', token: rawToken({ payload: '"x"' }), code: 'token_malformed' },
  { name: 'payload as empty text', token: rawToken({ payload: '""' }), code: 'token_malformed' },
  { name: 'payload as a number', token: rawToken({ payload: '1' }), code: 'token_malformed' },
  { name: 'payload true', token: rawToken({ payload: 'true' }), code: 'token_malformed' },
  {
    name: 'payload with a byte order mark',
    token: rawToken({ payload: `\ufeff${JSON.stringify(goodClaims)}` }),
    code: 'token_malformed',
  },
  {
    name: 'payload with invalid UTF-8',
    token: rawToken({ payload: Buffer.from('7b2261223a22ff227d', 'hex') }),
    code: 'token_malformed',
  },
  {
    name: 'payload with an encoded surrogate',
    token: rawToken({ payload: Buffer.from('7b2261223a22eda080227d', 'hex') }),
    code: 'token_malformed',
  },
  {
    name: 'payload with something after it',
    token: rawToken({ payload: `${JSON.stringify(goodClaims)}x` }),
    code: 'token_malformed',
  },
  {
    name: 'a claim twice',
    token: rawToken({ payload: `{"aud":"B",${JSON.stringify(goodClaims).slice(1)}` }),
    code: 'token_malformed',
  },
  {
    name: 'a member twice, deep inside',
    token: rawToken(rawJson('"x":[{"y":{"a":1,"a":1}}]')),
    code: 'token_malformed',
  },
  {
    name: '__proto__ twice',
    token: rawToken(rawJson('"__proto__":1,"__proto__":2')),
    code: 'token_malformed',
  },
  {
    name: 'nested lists, 5,000 deep',
    token: rawToken(rawJson(`"x":${'['.repeat(5000)}${']'.repeat(5000)}`)),
    code: 'token_malformed',
  },
  {
    name: 'nested lists, 33 deep',
    token: rawToken(rawJson(`"x":${'['.repeat(32)}${']'.repeat(32)}`)),
    code: 'token_malformed',
  },
  {
    name: 'nested objects, 33 deep',
    token: rawToken(rawJson(`"x":${'{"x":'.repeat(32)}1${'}'.repeat(32)}`)),
    code: 'token_malformed',
  },
  {
    name: 'a number that no double holds, in a claim of ours',
    token: rawToken(rawJson('"x":1e999')),
    code: 'token_malformed',
  },
]
