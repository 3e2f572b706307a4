import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { secret } from '../../../test/compat/pyjwt/pyjwt.ts'
import * as jwt from './index.ts'

/** Debian's Python, whatever else is called python3 here. */
const python = '/usr/bin/python3'
const hasPyJwt = spawnSync(python, ['-c', 'import jwt']).status === 0
test('tokens and verdicts are those of Python', {
  skip: hasPyJwt ? false : 'python3-jwt is not installed',
}, () => {
  const payloads: readonly Record<string, unknown>[] = [
    {},
    { payload: 'pycontw 2016' },
    { a: 1, b: [1, 2.5, -0.25, 1e-7, 0.00012], c: { d: null, e: true }, f: 'é😀\u2028</>"\\' },
    { exp: 1 },
    { exp: 9_999_999_999, nbf: 1, iat: 1 },
    { exp: 'x' },
    { nbf: 9_999_999_999 },
    { iat: 9_999_999_999 },
    { aud: 'a' },
    { aud: ['b', 'c'] },
    { iss: 'i' },
  ]
  const program = `
import json, sys, warnings
warnings.simplefilter('ignore')
import jwt
out = []
for claims in json.load(sys.stdin):
    token = jwt.encode(claims, '${secret}', algorithm='HS384', headers={'kid': 'k', 'a': 1})
    verdicts = []
    for more in ({}, {'audience': 'b'}, {'issuer': 'i'}, {'options': {'require': ['exp']}}, {'options': {'verify_exp': False}}):
        try:
            jwt.decode(token, '${secret}', algorithms=['HS384'], **more)
            verdicts.append('good')
        except jwt.PyJWTError as error:
            verdicts.append(type(error).__name__)
    out.append([token, verdicts])
print(json.dumps(out))`
  const { stdout, stderr } = spawnSync(python, ['-c', program], { input: JSON.stringify(payloads) })
  assert.equal(String(stderr), '')
  const wanted = JSON.parse(String(stdout)) as [string, string[]][]
  const today = new jwt.PyJWT({}, { onWarning() {} })
  const policies: readonly jwt.DecodeOptions[] = [
    {},
    { audience: 'b' },
    { issuer: 'i' },
    { options: { require: ['exp'] } },
    { options: { verify_exp: false } },
  ]
  payloads.forEach((payload, index) => {
    const [token, verdicts] = wanted[index]!
    assert.equal(today.encode(payload, secret, 'HS384', { headers: { kid: 'k', a: 1 } }), token)
    const ours = policies.map((policy) => {
      try {
        today.decode(token, secret, ['HS384'], policy)
        return 'good'
      } catch (error) {
        return (error as Error).name
      }
    })
    assert.deepEqual(ours, verdicts, JSON.stringify(payload))
  })
})
