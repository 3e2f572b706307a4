import { createHmac, generateKeyPairSync } from 'node:crypto'

/** A call of PyJWT, as both sides run it. What JSON does not have stands in objects such as `{ $set: ['a'] }`. */
export interface Call {
  readonly name: string
  readonly call: 'encode' | 'decode' | 'decode_complete' | 'get_unverified_header' | 'PyJWK' | 'PyJWKSet'
  readonly args: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** The options of a PyJWT object that the function is called on. */
  readonly of?: Readonly<Record<string, unknown>>
}

const secret = 'a secret that is longer than 32 bytes'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ec384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const ed = generateKeyPairSync('ed25519')
const pem = {
  private: { format: 'pem', type: 'pkcs8' },
  public: { format: 'pem', type: 'spki' },
} as const
const oct = { kty: 'oct', k: Buffer.from(secret).toString('base64url') }

/** Keys by name. */
export const keys: Readonly<Record<string, string>> = {
  secret,
  empty: '',
  short: 'short',
  'RSA private': String(rsa.privateKey.export(pem.private)),
  'RSA public': String(rsa.publicKey.export(pem.public)),
  'EC private': String(ec.privateKey.export(pem.private)),
  'EC public': String(ec.publicKey.export(pem.public)),
  'P-384 public': String(ec384.publicKey.export(pem.public)),
  'Ed25519 private': String(ed.privateKey.export(pem.private)),
  'Ed25519 public': String(ed.publicKey.export(pem.public)),
}

const jwks = {
  oct,
  'RSA private': rsa.privateKey.export({ format: 'jwk' }),
  'RSA public': rsa.publicKey.export({ format: 'jwk' }),
  'EC private': ec.privateKey.export({ format: 'jwk' }),
  'EC public': ec.publicKey.export({ format: 'jwk' }),
  'Ed25519 private': ed.privateKey.export({ format: 'jwk' }),
  'Ed25519 public': ed.publicKey.export({ format: 'jwk' }),
} as const

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A token signed well, whatever stands in it; text is taken as it is. */
function token(payload: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }): string {
  const input = `${b64(header)}.${b64(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** Python takes its time until it runs a row, so that no row is within minutes of a change. */
const now = Math.floor(Date.now() / 1000)
const key = { $key: 'secret' }
const hs256 = { algorithms: ['HS256'] }
const decoding = (name: string, text: unknown, kwargs: Readonly<Record<string, unknown>> = {}): Call => ({
  name: `decode ${name}`,
  call: 'decode',
  args: [text, key],
  kwargs: { ...hs256, ...kwargs },
})

function encodes(): Call[] {
  const payloads: Readonly<Record<string, unknown>> = {
    nothing: {},
    numbers: { a: 1, b: -1, c: 0, d: 2.5, e: 1e-7, f: 0.0001, g: 123456789012, h: 1e15 },
    text: { a: 'é😀\u2028</>"\\\n\t\u0000\u007f' },
    nested: { a: { b: [1, { c: null }] }, d: [], e: {} },
    times: { exp: now + 600, nbf: now, iat: now },
    'times as text': { exp: 'x' },
    'an issuer': { iss: 'i' },
    'an issuer that is a number': { iss: 1 },
    'an issuer that is null': { iss: null },
    'a subject that is a number': { sub: 1 },
    'an audience that is a list': { aud: ['a', 'b'] },
    'names like integers': { b: 1, 2: 2, 1: 1 },
    'a list': [],
    'a text itself': 'a',
    'a number itself': 1,
    null: null,
  }
  const headers: Readonly<Record<string, unknown>> = {
    none: null,
    empty: {},
    'a key id': { kid: 'k' },
    'a key id that is a number': { kid: 1 },
    'a key id that is null': { kid: null },
    'another type': { typ: 'at+jwt' },
    'no type': { typ: null },
    'an empty type': { typ: '' },
    'another algorithm': { alg: 'HS512' },
    'the algorithm none': { alg: 'none' },
    'an algorithm that is null': { alg: null },
    more: { z: 1, a: { b: [true] }, é: 'é' },
  }
  return [
    ...Object.entries(payloads).map(
      ([name, payload]): Call => ({ name: `encode ${name}`, call: 'encode', args: [payload, key, 'HS256'] }),
    ),
    ...Object.entries(headers).map(
      ([name, given]): Call => ({
        name: `encode with headers: ${name}`,
        call: 'encode',
        args: [{ a: 1 }, key],
        kwargs: { headers: given },
      }),
    ),
    ...['HS256', 'HS384', 'HS512', 'none', 'hs256', '', 'XX', null].map(
      (algorithm): Call => ({
        name: `encode by ${algorithm}`,
        call: 'encode',
        args: [{ a: 1 }, key],
        kwargs: { algorithm },
      }),
    ),
    ...Object.keys(keys).flatMap((name) =>
      ['HS256', 'HS512', 'RS256', 'EdDSA'].map(
        (algorithm): Call => ({
          name: `encode by ${algorithm} with ${name}`,
          call: 'encode',
          args: [{ a: 1 }, { $key: name }, algorithm],
        }),
      ),
    ),
    ...[null, 1, [], {}].map(
      (strange): Call => ({
        name: `encode with the key ${JSON.stringify(strange)}`,
        call: 'encode',
        args: [{ a: 1 }, strange, 'HS256'],
      }),
    ),
    {
      name: 'encode with bytes',
      call: 'encode',
      args: [{ a: 1 }, { $bytes: Buffer.from(secret).toString('base64') }, 'HS256'],
    },
    ...Object.entries(jwks).flatMap(([name, jwk]) => [
      {
        name: `encode with PyJWK: ${name}`,
        call: 'encode' as const,
        args: [{ a: 1 }, { $pyjwk: [jwk] }, deterministic(jwk)],
      },
      {
        name: `encode with PyJWK.key: ${name}`,
        call: 'encode' as const,
        args: [{ a: 1 }, { '$pyjwk.key': [jwk] }, deterministic(jwk)],
      },
      {
        name: `encode with from_jwk: ${name}`,
        call: 'encode' as const,
        args: [{ a: 1 }, { $from_jwk: [deterministic(jwk), jwk] }, deterministic(jwk)],
      },
    ]),
  ]
}

/** The algorithm of a key by which two signatures of one text are the same; ES256 has none such. */
function deterministic({ kty }: { readonly kty?: string }): string {
  return { oct: 'HS256', RSA: 'RS256', OKP: 'EdDSA' }[kty ?? ''] ?? 'ES256'
}

function decodes(): Call[] {
  const times = [
    now + 600,
    now - 600,
    now - 300,
    now + 300,
    0,
    -1,
    1.5,
    now + 600.5,
    now - 0.5,
    null,
    true,
    false,
    '',
    'x',
    String(now + 600),
    ` ${now + 600} `,
    [],
    {},
    [now + 600],
    1e300,
    -1e300,
  ]
  const auds = [
    'a',
    'b',
    '',
    null,
    0,
    1,
    true,
    false,
    {},
    { a: 1 },
    [],
    ['a'],
    ['b', 'a'],
    ['b'],
    [1],
    ['a', 1],
    [null],
    [['a']],
  ]
  const audiences = [null, 'a', '', ['a'], ['c', 'a'], [], { $set: ['a', 'c'] }, 5]
  const isses = ['i', 'j', '', null, 1, true, ['i'], {}]
  const issuers = [null, 'i', '', ['i', 'k'], [], { $set: ['i'] }, 5, 'xix']
  const ids = ['1', '', 1, null, true, [], {}]
  const checks = ['exp', 'nbf', 'iat', 'aud', 'iss', 'sub', 'jti'] as const
  const bad = { exp: now - 600, nbf: now + 600, iat: now + 600, aud: 'a', iss: 1, sub: 1, jti: 1 }
  const show = (value: unknown) => JSON.stringify(value)
  return [
    ...(['exp', 'nbf', 'iat'] as const).flatMap((claim) =>
      times.flatMap((time) =>
        [0, 450].map((leeway) =>
          decoding(`${claim} ${show(relative(time))}, leeway ${leeway}`, token({ [claim]: time }), {
            leeway,
          }),
        ),
      ),
    ),
    ...auds.flatMap((aud) =>
      audiences.map((audience) =>
        decoding(`aud ${show(aud)} for ${show(audience)}`, token({ aud }), { audience }),
      ),
    ),
    ...audiences.map((audience) => decoding(`no aud for ${show(audience)}`, token({}), { audience })),
    ...isses.flatMap((iss) =>
      issuers.map((issuer) => decoding(`iss ${show(iss)} of ${show(issuer)}`, token({ iss }), { issuer })),
    ),
    ...issuers.map((issuer) => decoding(`no iss of ${show(issuer)}`, token({}), { issuer })),
    ...ids.flatMap((id) => [
      decoding(`sub ${show(id)}`, token({ sub: id })),
      decoding(`jti ${show(id)}`, token({ jti: id })),
      decoding(`sub ${show(id)} for "1"`, token({ sub: id }), { subject: '1' }),
    ]),
    ...checks.flatMap((check) => [
      decoding(`bad ${check}`, token({ [check]: bad[check] })),
      decoding(`bad ${check}, not verified`, token({ [check]: bad[check] }), {
        options: { [`verify_${check}`]: false },
      }),
      decoding(`bad ${check}, no signature verified`, token({ [check]: bad[check] }), {
        options: { verify_signature: false },
      }),
      decoding(`bad ${check}, verified without the signature`, token({ [check]: bad[check] }), {
        options: { verify_signature: false, [`verify_${check}`]: true },
      }),
      decoding(`${check} required`, token({}), { options: { require: [check] } }),
      decoding(`${check} required and null`, token({ [check]: null }), { options: { require: [check] } }),
      {
        ...decoding(`bad ${check} by an object that does not verify it`, token({ [check]: bad[check] })),
        of: { [`verify_${check}`]: false },
      },
      {
        ...decoding(`bad ${check} by an object that verifies nothing`, token({ [check]: bad[check] })),
        of: { verify_signature: false },
      },
      {
        ...decoding(
          `bad ${check} by an object that verifies nothing, and a call that does`,
          token({ [check]: bad[check] }),
          { options: { verify_signature: true } },
        ),
        of: { verify_signature: false },
      },
    ]),
    ...['x', 1, null, true].map((value) =>
      decoding(`verify_exp as ${show(value)}`, token({ exp: now - 600 }), { options: { verify_exp: value } }),
    ),
    decoding('options that are null', token({}), { options: null }),
    decoding('an option that there is not', token({ exp: now - 600 }), { options: { verify_expiry: false } }),
    ...[null, -10, 'x', 450.5].map((leeway) =>
      decoding(`leeway ${show(leeway)}`, token({ exp: now - 300 }), { leeway }),
    ),
  ]
}

function relative(time: unknown): unknown {
  return typeof time === 'number' && Math.abs(time - now) < 1000
    ? `now ${time - now}`
    : typeof time === 'string'
      ? time.replace(String(now + 600), 'text of now 600')
      : time
}

function forms(): Call[] {
  const good = token({ a: 1 })
  const [header = '', payload = '', signature = ''] = good.split('.')
  const texts: Readonly<Record<string, unknown>> = {
    good,
    bytes: { $bytes: Buffer.from(good).toString('base64') },
    'a number': 1,
    null: null,
    nothing: '',
    'one segment': 'abc',
    'two segments': `${header}.${payload}`,
    'four segments': `${good}.a`,
    'two dots': '..',
    'an empty header': `.${payload}.${signature}`,
    'an empty payload': `${header}..${signature}`,
    'no signature': `${header}.${payload}.`,
    'another signature': `${header}.${payload}.${signature.slice(0, -2)}AA`,
    'a header that is no base64': `abcde.${payload}.${signature}`,
    'a payload that is no base64': `${header}.abcde.${signature}`,
    'a signature that is no base64': `${header}.${payload}.abcde`,
    'a header that is no JSON': `${b64('abc')}.${payload}.${signature}`,
    'a header that is a list': `${b64('[]')}.${payload}.${signature}`,
    'a header that is null': `${b64('null')}.${payload}.${signature}`,
    'a payload that is a list': token('[]'),
    'a payload that is a number': token('1'),
    'a payload that is null': token('null'),
    'a payload that is no JSON': token('{'),
    'a payload with a comma too many': token('{"a":1,}'),
    'a payload with blanks': token(' { "a" : 1 } '),
    'a payload with NaN': token('{"a":NaN}'),
    'a payload with a member twice': token('{"a":1,"a":2}'),
    'a header with a member twice': token({}, '{"alg":"HS256","alg":"HS256"}'),
    'a payload with an integer that a double does not hold': token('{"a":9007199254740993}'),
    'a payload with a large integer that a double holds': token('{"a":9007199254740992}'),
    'a payload with a large float': token('{"a":1e300}'),
    'a payload with a float that is too large': token('{"a":1e400}'),
    'a payload of forty levels': token(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`),
    padding: `${header}=.${payload}.${signature}`,
    'a line end behind': `${good}\n`,
    'a blank before': ` ${good}`,
    'a character beyond ASCII': `${good}é`,
    'the alphabet of base64': good.replaceAll('-', '+').replaceAll('_', '/'),
  }
  const headers: Readonly<Record<string, unknown>> = {
    'alg alone': { alg: 'HS256' },
    'no alg': {},
    'alg null': { alg: null },
    'alg a number': { alg: 1 },
    'alg empty': { alg: '' },
    'alg in lower case': { alg: 'hs256' },
    'alg none': { alg: 'none' },
    'alg HS512': { alg: 'HS512' },
    'another typ': { alg: 'HS256', typ: 'at+jwt' },
    'typ a number': { alg: 'HS256', typ: 1 },
    'a kid': { alg: 'HS256', kid: 'k' },
    'an empty kid': { alg: 'HS256', kid: '' },
    'kid a number': { alg: 'HS256', kid: 1 },
    'kid null': { alg: 'HS256', kid: null },
    crit: { alg: 'HS256', crit: ['exp'] },
    'crit b64': { alg: 'HS256', crit: ['b64'], b64: true },
    'crit empty': { alg: 'HS256', crit: [] },
    'crit a text': { alg: 'HS256', crit: 'exp' },
    'crit null': { alg: 'HS256', crit: null },
    'crit of numbers': { alg: 'HS256', crit: [1] },
    'b64 true': { alg: 'HS256', b64: true },
    'b64 false': { alg: 'HS256', b64: false },
    more: { alg: 'HS256', jku: 'https://a.example', x: { y: 1 } },
  }
  const algorithms = [
    null,
    [],
    ['HS256'],
    ['HS512'],
    ['HS512', 'HS256'],
    ['none'],
    ['hs256'],
    { $set: ['HS256'] },
    'HS256',
    'xHS256x',
    5,
  ]
  return [
    ...Object.entries(texts).flatMap(([name, text]): Call[] => [
      decoding(`of ${name}`, text),
      { name: `the header of ${name}`, call: 'get_unverified_header', args: [text] },
      decoding(`of ${name}, no signature verified`, text, { options: { verify_signature: false } }),
    ]),
    ...Object.entries(headers).flatMap(([name, given]): Call[] => [
      decoding(`with header: ${name}`, token({ a: 1 }, given)),
      { name: `the header with ${name}`, call: 'get_unverified_header', args: [token({ a: 1 }, given)] },
    ]),
    ...algorithms.map(
      (one): Call => ({
        name: `decode by ${JSON.stringify(one)}`,
        call: 'decode',
        args: [good, key],
        kwargs: { algorithms: one },
      }),
    ),
    {
      name: 'decode with names of algorithms in the third place',
      call: 'decode',
      args: [good, key, ['HS256']],
    },
    { name: 'decode with null in the third place', call: 'decode', args: [good, key, null] },
    {
      name: 'decode nothing but the token',
      call: 'decode',
      args: [good],
      kwargs: { options: { verify_signature: false } },
    },
    {
      name: 'decode with null for a key and no verification',
      call: 'decode',
      args: [good, null],
      kwargs: { options: { verify_signature: false } },
    },
    { name: 'decode with null for a key', call: 'decode', args: [good, null], kwargs: hs256 },
    { name: 'decode with a number for a key', call: 'decode', args: [good, 5], kwargs: hs256 },
    {
      name: 'decode with all nulls',
      call: 'decode',
      args: [good, key],
      kwargs: { ...hs256, audience: null, issuer: null, options: null },
    },
    { name: 'decode_complete', call: 'decode_complete', args: [good, key], kwargs: hs256 },
    ...Object.keys(keys).flatMap((name) =>
      ['HS256', 'RS256', 'ES256', 'EdDSA'].map(
        (algorithm): Call => ({
          name: `decode by ${algorithm} with ${name}`,
          call: 'decode',
          args: [token({ a: 1 }, { alg: algorithm }), { $key: name }],
          kwargs: { algorithms: [algorithm] },
        }),
      ),
    ),
    ...Object.entries({
      oct,
      'oct with alg': { ...oct, alg: 'HS256' },
      'oct of HS512': { ...oct, alg: 'HS512' },
    }).flatMap(([name, jwk]): Call[] => [
      { name: `decode with PyJWK: ${name}`, call: 'decode', args: [good, { $pyjwk: [jwk] }], kwargs: hs256 },
      {
        name: `decode with PyJWK and no algorithms: ${name}`,
        call: 'decode',
        args: [good, { $pyjwk: [jwk] }],
      },
      {
        name: `decode with PyJWK.key: ${name}`,
        call: 'decode',
        args: [good, { '$pyjwk.key': [jwk] }],
        kwargs: hs256,
      },
      {
        name: `decode with PyJWK.key and no algorithms: ${name}`,
        call: 'decode',
        args: [good, { '$pyjwk.key': [jwk] }],
      },
    ]),
  ]
}

function jwkRows(): Call[] {
  const changes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'as it is': {},
    'with its alg': { alg: 'own' },
    'with alg XX': { alg: 'XX' },
    'with alg null': { alg: null },
    'with use sig': { use: 'sig' },
    'with use enc': { use: 'enc' },
    'with a key id': { kid: 'k' },
    'without kty': { kty: undefined },
    'with kty XX': { kty: 'XX' },
    'with key_ops verify': { key_ops: ['verify'] },
    'with key_ops encrypt': { key_ops: ['encrypt'] },
    'with a member that is not known': { more: 1 },
  }
  const rows: Call[] = []
  for (const [name, jwk] of Object.entries(jwks)) {
    for (const [change, members] of Object.entries(changes)) {
      const changed: Record<string, unknown> = { ...jwk, ...members }
      if (changed.alg === 'own') changed.alg = deterministic(jwk)
      rows.push({ name: `PyJWK: ${name} ${change}`, call: 'PyJWK', args: [changed] })
      rows.push({ name: `PyJWKSet of ${name} ${change}`, call: 'PyJWKSet', args: [{ keys: [changed] }] })
    }
    for (const algorithm of ['HS256', 'RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA', 'XX', null, '']) {
      rows.push({ name: `PyJWK: ${name} by ${algorithm}`, call: 'PyJWK', args: [jwk, algorithm] })
      rows.push({
        name: `PyJWK: ${name} that is for another, by ${algorithm}`,
        call: 'PyJWK',
        args: [{ ...jwk, alg: deterministic(jwk) }, algorithm],
      })
    }
  }
  const strange: Readonly<Record<string, unknown>> = {
    'oct without k': { kty: 'oct' },
    'oct with an empty k': { kty: 'oct', k: '' },
    'oct with a padded k': { kty: 'oct', k: Buffer.from(`${secret}a`).toString('base64') },
    'oct with k a number': { kty: 'oct', k: 1 },
    'RSA without n': { kty: 'RSA', e: 'AQAB' },
    'RSA without e': { kty: 'RSA', n: 'AQAB' },
    'EC without crv': { ...jwks['EC public'], crv: undefined },
    'EC with crv XX': { ...jwks['EC public'], crv: 'XX' },
    'EC of another crv': { ...jwks['EC public'], crv: 'P-384' },
    'EC with a point that is not on the curve': {
      ...jwks['EC public'],
      x: Buffer.alloc(32, 1).toString('base64url'),
    },
    'OKP without crv': { ...jwks['Ed25519 public'], crv: undefined },
    'OKP with crv X25519': { ...jwks['Ed25519 public'], crv: 'X25519' },
    'OKP with a short x': { ...jwks['Ed25519 public'], x: 'AQAB' },
    'an empty object': {},
    'kty a number': { kty: 1 },
  }
  for (const [name, jwk] of Object.entries(strange))
    rows.push({ name: `PyJWK: ${name}`, call: 'PyJWK', args: [jwk] })
  const sets: Readonly<Record<string, unknown>> = {
    nothing: {},
    'no keys': { keys: [] },
    'an object for keys': { keys: {} },
    'null for keys': { keys: null },
    'a text for keys': { keys: 'a' },
    'a key and what is none': { keys: [{ ...oct, kid: 'a' }, 1, null, 'x', {}] },
    'a key that cannot be used': { keys: [{ kty: 'XX' }] },
    'two keys': {
      keys: [
        { ...oct, kid: 'a' },
        { ...jwks['RSA public'], kid: 'b' },
      ],
    },
  }
  for (const [name, set] of Object.entries(sets))
    rows.push({ name: `PyJWKSet of ${name}`, call: 'PyJWKSet', args: [set] })
  return rows
}

export const rows: readonly Call[] = [...encodes(), ...decodes(), ...forms(), ...jwkRows()]
