import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { openTestApp } from '../../test/app.ts'
import { openPartner } from '../../test/partner.ts'
import { newClientKey } from '../../test/proofs.ts'

/** As an account server in Python signs, by PyJWT as Debian has it. */
const signs = `
import json, jwt, sys
given = json.load(sys.stdin)
print(jwt.encode(given['claims'], given['key'], algorithm='RS256', headers=given['headers']))
`
const python = '/usr/bin/python3'

function hasPyJwt(): boolean {
  try {
    execFileSync(python, ['-c', 'import jwt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

test('takes what PyJWT signs, in both forms', { skip: !hasPyJwt() && 'PyJWT is not installed' }, async () => {
  const house = await openTestApp('sqlite')
  try {
    const { token } = await house.signedIn('root', 'administrator')
    const key = newClientKey('RS256')
    const partner = await openPartner(house, token, { user_type: 'customer' }, key)
    const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const signed = (claims: object) => {
      const headers = { kid: partner.kid, cty: 'diuit-eit;v=1' }
      const input = JSON.stringify({ claims: { iss: partner.app, sub: 'mei', ...claims }, key: pem, headers })
      return execFileSync(python, ['-c', signs], { input, encoding: 'utf8' }).trim()
    }
    const now = Math.floor(house.world.now() / 1000)
    const aud = house.app.config.issuer
    const assertion = signed({ aud, iat: now, exp: now + 60, nonce: await partner.nonce() })
    const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const current = await house.call('POST', '/oauth/token', { form: { grant_type, assertion } })
    assert.equal(current.status, 200, current.text)
    const jwt = signed({ iat: now, exp: now + 604_800, nce: await partner.nonce() })
    const older = await house.call('POST', '/1/auth/login', { body: { jwt, deviceId: 'phone' } })
    assert.equal(older.status, 200, older.text)
    const me = await house.call('GET', '/v1/me', { token: current.body.access_token })
    assert.equal(older.body.userId, me.body.id)
  } finally {
    await house.close()
  }
})
