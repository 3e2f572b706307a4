import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type AsymmetricAlgorithm,
  type FlattenedJws,
  type GeneralJws,
  type HmacAlgorithm,
  type Jwk,
  privateKey,
  publicKey,
  publicKeyOf,
  type SigningKey,
  secretKey,
  signJws,
  type VerificationKey,
  verifyJws,
} from '../index.ts'

// The examples that the specifications print, as the files under vectors/ have them.

interface Example {
  readonly source: string
  readonly title: string
  readonly reproducible: boolean
  readonly payload: string
  readonly keys: readonly Jwk[]
  readonly algorithms: readonly string[]
  readonly compact?: string
  readonly general?: GeneralJws
  readonly flattened?: FlattenedJws
}

const file = join(import.meta.dirname, '../../../../../vectors/jws-examples.json')
const { examples } = JSON.parse(readFileSync(file, 'utf8')) as { readonly examples: readonly Example[] }

/** Those whose algorithm, or whose payload's encoding, is anybody's choice. */
const refused: Readonly<Record<string, string>> = {
  // Section 4.7 protects the payload only.
  'Protecting Content Only': 'algorithm_not_allowed',
  // It leaves out the `crit` that RFC 7797 section 6 asks for.
  "'b64'=false JSON only": 'critical_unknown',
}

for (const { source, title, payload, keys, algorithms, ...forms } of examples) {
  for (const form of ['compact', 'general', 'flattened'] as const) {
    const jws = forms[form]
    if (jws === undefined) continue
    const code = refused[title]
    test(`${source}, ${title}, ${form}: ${code ?? 'verifies'}`, () => {
      const isDetached = typeof jws === 'string' ? jws.includes('..') : !('payload' in jws)
      const policy = {
        keys: keys.map((jwk, index) => keyOf(jwk, algorithms[index]!).verifying),
        unprotectedKeyId: true,
        ...(isDetached && { detachedPayload: Buffer.from(payload) }),
      }
      if (code !== undefined) return assert.throws(() => verifyJws(jws, policy), { code })
      const read = verifyJws(jws, policy)
      assert.deepEqual(read.payload, Uint8Array.from(Buffer.from(payload)))
      // The second signature of section 4.8 does not protect its algorithm.
      const good = title === 'Multiple Signatures' ? [0, 2] : [0]
      assert.deepEqual(
        read.signatures.map(({ index }) => index),
        good,
      )
      if (isDetached)
        assert.throws(() => verifyJws(jws, { ...policy, detachedPayload: Buffer.from('other') }))
    })
  }
}

for (const { source, title, reproducible, payload, keys, algorithms, compact, flattened } of examples) {
  if (!reproducible || /^Protecting|JSON only/.test(title)) continue
  test(`${source}, ${title}: what it prints is what signJws writes`, () => {
    const { signing } = keyOf(keys[0]!, algorithms[0]!)
    const options = {
      key: signing,
      detached: title.includes('Detached'),
      encodePayload: !title.includes('b64'),
    }
    const bytes = Buffer.from(payload)
    if (compact !== undefined) assert.equal(signJws(bytes, options), compact)
    assert.deepEqual(signJws(bytes, { ...options, serialization: 'flattened' }), flattened)
  })
}

// RFC 7515 appendix A

const claimsOfRfc7515 =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
const rsaOfRfc7515: Jwk = {
  kty: 'RSA',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
}
const ecOfRfc7515: Jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
const rsSignature =
  'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw'
const esSignature = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'

test('RFC 7515 appendix A.2: RS256', () => {
  const keys = publicKey(rsaOfRfc7515, { algorithm: 'RS256' })
  const read = verifyJws(`eyJhbGciOiJSUzI1NiJ9.${claimsOfRfc7515}.${rsSignature}`, { keys })
  assert.equal(Buffer.from(read.payload).toString('base64url'), claimsOfRfc7515)
})

test('RFC 7515 appendix A.5: the JWS without a signature is refused', () => {
  const jws = `eyJhbGciOiJub25lIn0.${claimsOfRfc7515}.`
  assert.throws(() => verifyJws(jws, { keys: publicKey(ecOfRfc7515, { algorithm: 'ES256' }) }), {
    code: 'token_malformed',
  })
})

test('RFC 7515 appendix A.6 and A.7: general and flattened JSON, with unprotected key ids', () => {
  const keys = [
    publicKey(rsaOfRfc7515, { algorithm: 'RS256', keyId: '2010-12-29' }),
    publicKey(ecOfRfc7515, { algorithm: 'ES256', keyId: 'e9bc097a-ce51-4036-9562-d2ade882db0d' }),
  ]
  const second = {
    protected: 'eyJhbGciOiJFUzI1NiJ9',
    header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
    signature: esSignature,
  }
  const general = {
    payload: claimsOfRfc7515,
    signatures: [
      { protected: 'eyJhbGciOiJSUzI1NiJ9', header: { kid: '2010-12-29' }, signature: rsSignature },
      second,
    ],
  }
  assert.throws(() => verifyJws(general, { keys }), { code: 'key_not_found' })
  const policy = { keys, unprotectedKeyId: true, require: 'all' } as const
  assert.deepEqual(
    verifyJws(general, policy).signatures.map(({ key: { keyId } }) => keyId),
    keys.map(({ keyId }) => keyId),
  )
  assert.equal(verifyJws({ payload: claimsOfRfc7515, ...second }, policy).serialization, 'flattened')
})

test('RFC 7797 section 4.2: an unencoded payload', () => {
  const k = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'
  const signing = secretKey(Buffer.from(k, 'base64url'), { algorithm: 'HS256' })
  const payload = Buffer.from('$.02')
  const jws = signJws(payload, { key: signing, encodePayload: false, serialization: 'flattened' })
  assert.deepEqual(jws, {
    protected: 'eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19',
    payload: '$.02',
    signature: 'A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY',
  })
  assert.equal(
    signJws(payload, { key: signing, encodePayload: false, detached: true }),
    `${jws.protected}..${jws.signature}`,
  )
  assert.deepEqual(verifyJws(jws, { keys: signing }).payload, Uint8Array.from(payload))
})

test('RFC 7515 appendix E: an extension that nobody knows, and no signature', () => {
  const header =
    '{"alg":"none",\r\n "crit":["http://example.com/UNDEFINED"],\r\n "http://example.com/UNDEFINED":true\r\n}'
  const jws = `${Buffer.from(header).toString('base64url')}.RkFJTA.`
  const keys = publicKey(ecOfRfc7515, { algorithm: 'ES256' })
  assert.throws(() => verifyJws(jws, { keys }), { code: 'token_malformed' })
  assert.throws(() => verifyJws(`${jws}AAAA`, { keys }), { code: 'critical_unknown' })
})

test('RFC 7515 appendix F: a detached payload is handed over beside the signature', () => {
  const keys = publicKey(ecOfRfc7515, { algorithm: 'ES256' })
  const detachedPayload = Buffer.from(claimsOfRfc7515, 'base64url')
  const jws = `eyJhbGciOiJFUzI1NiJ9..${esSignature}`
  assert.equal(verifyJws(jws, { keys, detachedPayload }).signatures.length, 1)
  assert.throws(() => verifyJws(jws, { keys }), { code: 'signature_invalid' })
  assert.throws(() => verifyJws(jws, { keys, detachedPayload: detachedPayload.subarray(1) }), {
    code: 'signature_invalid',
  })
})

test('RFC 7797 section 4.1: the same payload, encoded as ever', () => {
  const k = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'
  const key = secretKey(Buffer.from(k, 'base64url'), { algorithm: 'HS256' })
  const jws = 'eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ'
  assert.equal(signJws(Buffer.from('$.02'), { key }), jws)
  assert.equal(Buffer.from(verifyJws(jws, { keys: key }).payload).toString(), '$.02')
})

function keyOf(jwk: Jwk, algorithm: string): { signing: SigningKey; verifying: VerificationKey } {
  if (jwk.kty === 'oct') {
    const keyId = jwk.kid === undefined ? {} : { keyId: jwk.kid }
    const made = secretKey(Buffer.from(String(jwk.k), 'base64url'), {
      algorithm: algorithm as HmacAlgorithm,
      ...keyId,
    })
    return { signing: made, verifying: made }
  }
  const signing = privateKey(jwk, { algorithm: algorithm as AsymmetricAlgorithm })
  return { signing, verifying: publicKeyOf(signing) }
}
