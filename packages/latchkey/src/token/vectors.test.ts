import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Algorithm, type AsymmetricAlgorithm, type HmacAlgorithm, isAlgorithm } from './algorithms.ts'
import {
  createSigner,
  createVerifier,
  type Jwk,
  keySet,
  privateKey,
  publicKey,
  publicKeyOf,
  secretKey,
  thumbprint,
  toJwk,
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
  assert.equal(
    thumbprint(publicKey(rsaOfRfc7517, { algorithm: 'RS256' })),
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

test('RFC 7519 section 6.1: an unsecured JWT is refused, whatever the key', () => {
  const token = `eyJhbGciOiJub25lIn0.${claimsOfRfc7515}.`
  for (const { key } of examples) {
    const verify = createVerifier({ keys: key, now: () => 0 })
    assert.throws(() => verify(token), { code: 'token_malformed' })
    assert.throws(() => verify(`${token}AAAA`), { code: 'algorithm_not_allowed' })
  }
})

const rsaOfRfc7517: Jwk = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
}
const ecOfRfc7517: Jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  use: 'enc',
  kid: '1',
}
const rsaPrivateMembers = {
  d: 'X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH-HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT0_YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy_nHNKroADIkJ46pRUohsXywbReAdYaMwFs9tv8d_cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2jx4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL-Us2lGVkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8Q',
  p: '83i-7IvMGXoMXCskv73TKr8637FiO7Z27zv8oj6pbWUQyLPQBQxtPVnwD20R-60eTDmD2ujnMt5PoqMrm8RfmNhVWDtjjMmCMjOpSXicFHj7XOuVIYQyqVWlWEh6dN36GVZYk93N8Bc9vY41xy8B9RzzOGVQzXvNEvn7O0nVbfs',
  q: '3dfOR9cuYq-0S-mkFLzgItgMEfFzB2q3hWehMuG0oCuqnb3vobLyumqjVZQO1dIrdwgTnCdpYzBcOfW5r370AFXjiWft_NGEiovonizhKpo9VVS78TzFgxkIdrecRezsZ-1kYd_s1qDbxtkDEgfAITAG9LUnADun4vIcb6yelxk',
  dp: 'G4sPXkc6Ya9y8oJW9_ILj4xuppu0lzi_H7VTkS8xj5SdX3coE0oimYwxIi2emTAue0UOa5dpgFGyBJ4c8tQ2VF402XRugKDTP8akYhFo5tAA77Qe_NmtuYZc3C3m3I24G2GvR5sSDxUyAN2zq8Lfn9EUms6rY3Ob8YeiKkTiBj0',
  dq: 's9lAH9fggBsoFR8Oac2R_E2gw282rT2kGOAhvIllETE1efrA6huUUvMfBcMpn8lqeW6vzznYY5SSQF7pMdC_agI3nG8Ibp1BUb0JUiraRNqUfLhcQb_d9GF4Dh7e74WbRsobRonujTYN1xCaP6TO61jvWrX-L18txXw494Q_cgk',
  qi: 'GyM_p6JrXySiz1toFgKbWV-JdI3jQ4ypu9rbMWx3rQJBfmt0FoYzgUIZEVFEcOqwemRN81zoDAaa-Bk0KWNGDjJHZDdDmFhW3AN7lI-puxk_mHZGJ11rxyR8O55XLSe3SPmRfKwZI6yU24ZxvQKFYItdldUKGzO6Ia6zTKhAVRU',
}

test('RFC 7517 appendix A.1 and A.2: the RSA keys fit each other, and the EC keys are for encryption', () => {
  const open = keySet({ keys: [ecOfRfc7517, rsaOfRfc7517] })
  const key = privateKey({ ...rsaOfRfc7517, ...rsaPrivateMembers }, { algorithm: 'RS256' })
  const token = createSigner({ key, expiresIn: 60 })({ sub: 'x' })
  assert.equal(createVerifier({ keys: open })(token).sub, 'x')
  assert.equal(open.find({ alg: 'ES256', kid: '1' }), undefined)
  assert.throws(() => publicKey(ecOfRfc7517, { algorithm: 'ES256' }), TypeError)
  const d = '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE'
  assert.throws(() => privateKey({ ...ecOfRfc7517, d }, { algorithm: 'ES256' }), TypeError)
  const { use: _, ...free } = ecOfRfc7517
  const signing = privateKey({ ...free, d }, { algorithm: 'ES256' })
  assert.equal(toJwk(publicKeyOf(signing)).x, ecOfRfc7517.x)
  assert.throws(() => keySet({ keys: [{ ...rsaOfRfc7517, ...rsaPrivateMembers }] }), TypeError)
})

test('RFC 7517 appendix A.3: of two secrets, the one that is not for wrapping keys verifies', () => {
  const kid = 'HMAC key used in JWS spec Appendix A.1 example'
  const wrapping = { kty: 'oct', alg: 'A128KW', k: 'GawgguFyGrWKav7AX4VKUg' }
  const keys = keySet({ keys: [wrapping, { kty: 'oct', k: hmacKey, kid }] }, { algorithms: ['HS256'] })
  assert.equal(createVerifier({ keys, now: () => 1_300_819_379_000 })(examples[0].token).iss, 'joe')
})

test('RFC 8037 appendix A.1, A.2 and A.6: the public half, and a key that cannot sign', () => {
  const { d: _, ...open } = ed25519
  assert.deepEqual(toJwk(publicKeyOf(privateKey(ed25519, { algorithm: 'EdDSA' }))), {
    ...open,
    alg: 'EdDSA',
    use: 'sig',
  })
  const x25519 = { kty: 'OKP', crv: 'X25519', x: '3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08' }
  assert.throws(() => publicKey(x25519, { algorithm: 'EdDSA' }), TypeError)
  assert.throws(() => keySet({ keys: [x25519] }), TypeError)
})

test('RFC 9864: Ed25519 and EdDSA name one signature and two algorithms', () => {
  for (const [algorithm, other] of [
    ['Ed25519', 'EdDSA'],
    ['EdDSA', 'Ed25519'],
  ] as const) {
    const key = privateKey(ed25519, { algorithm })
    const token = createSigner({ key, expiresIn: 60 })({})
    assert.equal(createVerifier({ keys: publicKeyOf(key), complete: true })(token).header.alg, algorithm)
    const keys = publicKeyOf(privateKey(ed25519, { algorithm: other }))
    assert.throws(() => createVerifier({ keys })(token), { code: 'algorithm_not_allowed' })
  }
  // Those that it adds and we do not have, and those that are for COSE alone (sections 2.1 and 2.2).
  for (const name of ['ESP256', 'ESP384', 'ESB256', 'ed25519', 'ES256K', 'ECDH-ES']) {
    assert.ok(!isAlgorithm(name))
    assert.throws(() => privateKey(ed25519, { algorithm: name as 'EdDSA' }), TypeError)
  }
})

interface PrintedExample {
  readonly source: string
  readonly title: string
  readonly keys: readonly [Jwk]
  readonly algorithms: readonly [Algorithm]
  readonly compact?: string
}

const file = join(import.meta.dirname, '../../../../vectors/jws-examples.json')
const printed = JSON.parse(readFileSync(file, 'utf8')) as { readonly examples: readonly PrintedExample[] }

for (const { source, title, keys, algorithms, compact } of printed.examples) {
  // Others have no compact form, or leave its payload out.
  if (compact === undefined || compact.includes('..')) continue
  test(`${source}, ${title}: the way of tokens checks it too`, () => {
    const key = verificationKey(keys[0], algorithms[0])
    const end = compact.lastIndexOf('.')
    assert.ok(checkerOf(key)(compact, end))
    assert.ok(!checkerOf(key)(compact.replace('.', '.A'), end + 1))
  })
}

function verificationKey(jwk: Jwk, algorithm: Algorithm): VerificationKey {
  if (jwk.kty === 'oct') {
    return secretKey(Buffer.from(String(jwk.k), 'base64url'), { algorithm: algorithm as HmacAlgorithm })
  }
  const options = { algorithm: algorithm as AsymmetricAlgorithm }
  return 'd' in jwk ? publicKeyOf(privateKey(jwk, options)) : publicKey(jwk, options)
}
