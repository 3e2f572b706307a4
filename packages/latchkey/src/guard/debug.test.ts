import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { resource, signed } from '../../test/guard/guarded-api.ts'
import { nowMs, nowSeconds, secretBytes } from '../../test/token/raw-token.ts'
import { isDebugging } from './debug.ts'
import { createGuard } from './guard.ts'
import { FetchRequest, type Policy } from './index.ts'

/** What a guard writes to stderr about one request, with DEBUG as given. */
async function written(
  t: TestContext,
  debug: string | undefined,
  authorization: string,
  policy?: Policy,
): Promise<string> {
  const before = process.env.DEBUG
  if (debug === undefined) delete process.env.DEBUG
  else process.env.DEBUG = debug
  t.after(() => {
    delete process.env.DEBUG
    if (before !== undefined) process.env.DEBUG = before
  })
  const lines: string[] = []
  t.mock.method(process.stderr, 'write', (text: unknown) => lines.push(String(text)) > 0)
  const guard = createGuard({ secret: secretBytes, audience: resource, issuer: 'I', now: () => nowMs })
  await guard.required(policy)(new FetchRequest(new Request(resource, { headers: { authorization } })))
  t.mock.restoreAll()
  return lines.join('')
}

const said = 'kid=one iss=I aud=https://api.example.com'
const lines: readonly { name: string; authorization: string; policy?: Policy; line: string }[] = [
  {
    name: 'expired',
    authorization: `Bearer ${signed({ payload: { exp: nowSeconds - 31 } })}`,
    line: `401 invalid_token reason=token_expired claim=exp ${said} exp=-31s iat=+0s`,
  },
  {
    name: 'an expired API key',
    authorization: `Bearer lk_key_${signed({ payload: { exp: nowSeconds - 31 } })}`,
    line: `401 invalid_token reason=token_expired claim=exp ${said} exp=-31s iat=+0s`,
  },
  {
    name: 'a clock that is ahead',
    authorization: `Bearer ${signed({ payload: { iat: nowSeconds + 90, nbf: nowSeconds + 90 } })}`,
    line: `401 invalid_token reason=token_not_yet_valid claim=nbf ${said} exp=+60s nbf=+90s iat=+90s`,
  },
  {
    name: 'a scope missing',
    authorization: `Bearer ${signed()}`,
    policy: { scope: 'x' },
    line: `403 insufficient_scope claim=scopes expected=["x"] ${said} exp=+60s iat=+0s scopes=["devices:read","devices:view"] scopes_from=scope`,
  },
  {
    name: 'a token of another type',
    authorization: `Bearer ${signed({ header: { typ: 'logout+jwt' } })}`,
    line: `401 invalid_token reason=type_mismatch claim=typ expected=["at+jwt","JWT",null] typ=logout+jwt ${said} exp=+60s iat=+0s`,
  },
  {
    name: 'nothing that can be read',
    authorization: 'Bearer abc',
    line: '401 invalid_token reason=token_malformed',
  },
  {
    name: 'nothing that may be read',
    authorization: 'Bearer a,b',
    line: '400 invalid_request reason=credentials_malformed',
  },
  { name: 'another scheme', authorization: 'Basic x', line: '401 unauthorized' },
  {
    name: 'the longest value that is not cut',
    authorization: `Bearer ${signed({ payload: { iss: 'x'.repeat(100) } })}`,
    line: `401 invalid_token reason=issuer_mismatch claim=iss expected=I kid=one iss=${'x'.repeat(100)} aud=https://api.example.com exp=+60s iat=+0s`,
  },
  {
    name: 'lines and colours that an attacker would like to write',
    authorization: `Bearer ${signed({ header: { kid: 'a\nlatchkey refused: \u001b[31m\u202e' }, payload: { iss: 'x'.repeat(200), aud: ['a', 'b c'], exp: 'soon' } })}`,
    line: `401 invalid_token reason=issuer_mismatch claim=iss expected=I kid=a.latchkey.refused:..[31m. iss=${'x'.repeat(100)}... aud=["a","b.c"] exp=soon iat=+0s`,
  },
]
for (const { name, authorization, policy, line } of lines) {
  test(`DEBUG=latchkey writes one line about a refusal: ${name}`, async (t) => {
    const text = await written(t, 'latchkey', authorization, policy)
    assert.equal(text, `latchkey refused: ${line}\n`)
    const token = authorization.split(' ').at(-1) ?? ''
    for (const part of token.split('.')) if (part.length > 20) assert.ok(!text.includes(part))
  })
}

test('nothing is written about a caller who is let through, nor without DEBUG', async (t) => {
  assert.equal(await written(t, 'latchkey', `Bearer ${signed()}`), '')
  assert.equal(await written(t, undefined, 'Bearer abc'), '')
  assert.equal(await written(t, 'express,latchkeys', 'Bearer abc'), '')
})

test('DEBUG is a list of names', () => {
  for (const debug of ['latchkey', 'express,latchkey', 'a latchkey', '*', 'latchkey:*'])
    assert.ok(isDebugging(debug))
  for (const debug of [undefined, '', 'latch', 'latchkey2', '-latchkey']) assert.ok(!isDebugging(debug))
})
