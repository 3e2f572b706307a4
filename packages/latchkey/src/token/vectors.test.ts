import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Algorithm, type HmacAlgorithm, isAlgorithm } from './algorithms.ts'
import {
  createVerifier,
  type Jwk,
  privateKey,
  publicKey,
  publicKeyOf,
  secretKey,
  thumbprint,
  type VerificationKey,
} from './index.ts'
import { checkerOf, makerOf } from './signature.ts'

const hmacKey = 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow'
const claimsOfRfc7515 =
  'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'
const p256: Jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}
const p521: Jwk = {
  kty: 'EC',
  crv: 'P-521',
  x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
  y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
}
const ed25519: Jwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}

const examples = [
  {
    name: 'RFC 7515 appendix A.1 and RFC 7519 section 3.1: HS256',
    key: secretKey(Buffer.from(hmacKey, 'base64url'), { algorithm: 'HS256' }),
    token: `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${claimsOfRfc7515}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
  },
  {
    name: 'RFC 7515 appendix A.3: ES256',
    key: publicKey(p256, { algorithm: 'ES256' }),
    token: `eyJhbGciOiJFUzI1NiJ9.${claimsOfRfc7515}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
  },
] as const

for (const { name, key, token } of examples) {
  test(name, () => {
    const verify = createVerifier({ keys: key, now: () => 1_300_819_379_000 })
    assert.deepEqual(verify(token), { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true })
    assert.throws(() => createVerifier({ keys: key, now: () => 1_300_819_380_000 })(token), {
      code: 'token_expired',
    })
  })
}

test('RFC 7515 appendix A.4: ES512', () => {
  const token =
    'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn'
  assert.ok(checkerOf(publicKey(p521, { algorithm: 'ES512' }))(token, token.lastIndexOf('.')))
})

test('RFC 7638 section 3.1: the thumbprint of an RSA key', () => {
  const jwk = {
    kty: 'RSA',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
    e: 'AQAB',
    alg: 'RS256',
    kid: '2011-04-29',
  }
  assert.equal(
    thumbprint(publicKey(jwk, { algorithm: 'RS256' })),
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  )
})

test('RFC 8037 appendix A: the thumbprint and the signature of an Ed25519 key', () => {
  const key = privateKey(ed25519, { algorithm: 'EdDSA' })
  const input = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc'
  const signature = 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
  assert.equal(thumbprint(key), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
  assert.equal(makerOf(key)(input), signature)
  assert.ok(checkerOf(publicKeyOf(key))(`${input}.${signature}`, input.length))
})

interface CookbookExample {
  readonly title: string
  readonly input: { readonly key: Jwk; readonly alg: string }
  readonly signing: { readonly protected: { readonly alg: string }; readonly protected_b64u: string }
  readonly output: { readonly compact?: string }
}

/** The cookbook's files are not ours to ship; a checkout beside the repository is used where there is one. */
const cookbook = join(import.meta.dirname, '../../../../../shared/vectors/jose-cookbook')

for (const folder of ['jws', 'curve25519']) {
  const path = join(cookbook, folder)
  const skip = existsSync(path) ? false : 'the JOSE cookbook is not beside this repository'
  test(`RFC 7520 and RFC 8037, compact signatures of the cookbook: ${folder}`, { skip }, () => {
    let checked = 0
    for (const file of readdirSync(path)) {
      const { input, signing, output } = JSON.parse(readFileSync(join(path, file), 'utf8')) as CookbookExample
      const { compact } = output
      // Others have no compact form, or leave its payload out.
      if (compact === undefined || compact.includes('..') || !isAlgorithm(signing?.protected?.alg)) continue
      const key = verificationKey(input.key, signing.protected.alg)
      const end = compact.lastIndexOf('.')
      assert.ok(checkerOf(key)(compact, end), file)
      assert.ok(!checkerOf(key)(compact.replace('.', '.A'), end + 1), file)
      checked++
    }
    assert.ok(checked > 0)
  })
}

function verificationKey(jwk: Jwk, algorithm: Algorithm): VerificationKey {
  if (jwk.kty === 'oct') {
    return secretKey(Buffer.from(String(jwk.k), 'base64url'), { algorithm: algorithm as HmacAlgorithm })
  }
  const options = { algorithm: algorithm as Exclude<Algorithm, HmacAlgorithm> }
  return 'd' in jwk ? publicKeyOf(privateKey(jwk, options)) : publicKey(jwk, options)
}
