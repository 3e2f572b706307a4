import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type FlattenedJws,
  generateKey,
  type JwsPolicy,
  keySetOf,
  publicKeyOf,
  type SigningKey,
  secretKey,
  signJws,
  TokenError,
  type TokenErrorCode,
  verifyJws,
} from '../index.ts'

const secret = Buffer.from('an HS256 secret of 32 characters')
const key = secretKey(secret, { algorithm: 'HS256' })
const other = secretKey(Buffer.alloc(32, 7), { algorithm: 'HS256', keyId: 'other' })
const ed = generateKey('EdDSA', { keyId: 'ed' })
const hello = Buffer.from('hello, wörld')
const binary = Uint8Array.from({ length: 256 }, (_, i) => i)

const b64 = (value: unknown) =>
  Buffer.from(
    typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
  ).toString('base64url')

interface Raw {
  readonly header?: unknown
  readonly encodedHeader?: string
  readonly payload?: string
  readonly secret?: Uint8Array
}

/** One signature made by hand, so that whatever is wrong with a JWS is no fault of it. */
function raw({
  header = { alg: 'HS256' },
  encodedHeader = b64(header),
  payload = b64('hello'),
  ...more
}: Raw) {
  const signature = createHmac('sha256', more.secret ?? secret)
    .update(`${encodedHeader}.${payload}`)
    .digest('base64url')
  return { payload, protected: encodedHeader, signature }
}
const compact = (options: Raw = {}) => {
  const { payload, protected: head, signature } = raw(options)
  return `${head}.${payload}.${signature}`
}

const forms = ['compact', 'flattened', 'general'] as const
for (const form of forms) {
  for (const encodePayload of [true, false]) {
    for (const detached of [false, true]) {
      for (const signing of [key, ed] as const) {
        const name = `${form}, ${detached ? 'detached' : 'attached'}, ${encodePayload ? 'encoded' : 'as it is'}, ${signing.algorithm}`
        test(`a payload that is signed verifies: ${name}`, () => {
          const payload = encodePayload || detached ? binary : Buffer.from('as it is: {}')
          const common = { detached, encodePayload, header: { typ: 'example' } }
          const jws =
            form === 'compact'
              ? signJws(payload, { key: signing, ...common })
              : form === 'flattened'
                ? signJws(payload, { key: signing, serialization: form, ...common })
                : signJws(payload, {
                    signatures: [{ key: signing, header: common.header }],
                    serialization: form,
                    detached,
                    encodePayload,
                  })
          const keys = signing.kind === 'secret' ? signing : publicKeyOf(signing)
          const policy = { keys, type: 'EXAMPLE', ...(detached ? { detachedPayload: payload } : {}) }
          for (const spelling of typeof jws === 'string' ? [jws] : [jws, JSON.stringify(jws)]) {
            const read = verifyJws(spelling, policy)
            assert.deepEqual(read.payload, Uint8Array.from(payload))
            assert.equal(read.serialization, form)
            const [signature] = read.signatures
            assert.equal(read.signatures.length, 1)
            assert.equal(signature?.index, 0)
            assert.equal(signature.key, keys)
            assert.equal(signature.protectedHeader.alg, signing.algorithm)
          }
          const changed = detached
            ? { ...policy, detachedPayload: Buffer.from('another') }
            : { ...policy, keys: other }
          assert.throws(() => verifyJws(jws, changed), TokenError)
        })
      }
    }
  }
}

test('an empty payload is a payload, and a detached one is not found in an empty place', () => {
  const empty = signJws(new Uint8Array(), { key })
  assert.equal(verifyJws(empty, { keys: key }).payload.length, 0)
  const detached = signJws(hello, { key, detached: true })
  assert.throws(() => verifyJws(detached, { keys: key }), { code: 'signature_invalid' })
  assert.deepEqual(verifyJws(detached, { keys: key, detachedPayload: hello }).payload, Uint8Array.from(hello))
})

test('of several signatures the result names those that are good, and all can be demanded', () => {
  const named = secretKey(secret, { algorithm: 'HS256', keyId: 'named' })
  const jws = signJws(hello, {
    serialization: 'general',
    signatures: [{ key: other }, { key: ed, unprotectedHeader: { note: 'mine' } }, { key: named }],
  })
  const both = [publicKeyOf(ed), named]
  const read = verifyJws(jws, { keys: keySetOf(both) })
  assert.deepEqual(
    read.signatures.map(({ index, key: { algorithm }, unprotectedHeader }) => [
      index,
      algorithm,
      unprotectedHeader,
    ]),
    [
      [1, 'EdDSA', { note: 'mine' }],
      [2, 'HS256', undefined],
    ],
  )
  assert.throws(() => verifyJws(jws, { keys: both, require: 'all' }), TokenError)
  assert.equal(verifyJws(jws, { keys: [...both, other], require: 'all' }).signatures.length, 3)
})

test('an extension that the caller understands may be critical', () => {
  const jws = signJws(hello, { key, header: { 'urn:at': 1 }, critical: ['urn:at'] })
  assert.throws(() => verifyJws(jws, { keys: key }), { code: 'critical_unknown' })
  const { signatures } = verifyJws(jws, { keys: key, understands: ['urn:at'] })
  assert.equal(signatures[0]?.protectedHeader['urn:at'], 1)
})

const withHeader = (more: object): string => compact({ header: { alg: 'HS256', ...more } })
const flat = (more: object) => ({ ...raw({}), ...more })
const { payload: goodPayload, protected: goodHead, signature: goodSignature } = raw({})

/** Numbers of the hostile list are in the names: crit and b64 (16 to 22), syntax (5 to 13, 23, 60), headers (75). */
const refused: readonly {
  name: string
  jws: unknown
  code: TokenErrorCode
  policy?: Partial<JwsPolicy>
}[] = [
  { name: '1: algorithm none', jws: withHeader({ alg: 'none' }), code: 'algorithm_not_allowed' },
  { name: '2: hs256', jws: withHeader({ alg: 'hs256' }), code: 'algorithm_not_allowed' },
  { name: '4: no signature', jws: `${goodHead}.${goodPayload}.`, code: 'token_malformed' },
  { name: '4: no header', jws: `.${goodPayload}.${goodSignature}`, code: 'token_malformed' },
  { name: '5: one part', jws: goodHead, code: 'token_malformed' },
  { name: '5: two parts', jws: `${goodHead}.${goodPayload}`, code: 'token_malformed' },
  { name: '5: four parts', jws: `${compact()}.AA`, code: 'token_malformed' },
  { name: '6: padding', jws: `${compact()}=`, code: 'token_malformed' },
  { name: '9: a space in the signature', jws: compact().replace(/..$/, ' $&'), code: 'token_malformed' },
  { name: '10: a newline at the end', jws: `${compact()}\n`, code: 'token_malformed' },
  { name: '11: a space before', jws: ` ${compact()}`, code: 'token_malformed' },
  {
    name: '12: a payload with a space',
    jws: compact({ payload: `${b64('hello')} ` }),
    code: 'token_malformed',
  },
  {
    name: '13: a payload with padding',
    jws: compact({ payload: `${b64('hello')}=` }),
    code: 'token_malformed',
  },
  {
    name: '13: a payload of no alphabet, before its signature, which is not good either',
    jws: `${goodHead}.*${goodPayload}.${goodSignature}`,
    code: 'token_malformed',
  },
  ...['\u00e9$', '$\u00e9', '\u001f', '\u007f', '\n'].map((payload) => ({
    name: `an unencoded payload ${JSON.stringify(payload)}, in compact form`,
    jws: compact({ header: { alg: 'HS256', b64: false, crit: ['b64'] }, payload }),
    code: 'token_malformed' as const,
  })),
  { name: 'a payload in unused bits', jws: compact({ payload: 'aGVsbG9' }), code: 'token_malformed' },
  {
    name: '14: a character with the same low byte',
    jws: flat({ payload: goodPayload.replace('V', String.fromCharCode(0x100 + 'V'.charCodeAt(0))) }),
    code: 'token_malformed',
  },
  {
    name: '15: a part of the MAC',
    jws: `${goodHead}.${goodPayload}.${goodSignature.slice(0, 40)}`,
    code: 'signature_invalid',
  },
  { name: '16: crit of an unknown name', jws: withHeader({ crit: ['x'], x: 1 }), code: 'critical_unknown' },
  { name: '17: crit that is empty', jws: withHeader({ crit: [] }), code: 'critical_unknown' },
  { name: '18: crit that is text', jws: withHeader({ crit: 'b64', b64: true }), code: 'critical_unknown' },
  { name: '18: crit that is null', jws: withHeader({ crit: null }), code: 'critical_unknown' },
  { name: '19: crit of what is absent', jws: withHeader({ crit: ['b64'] }), code: 'critical_unknown' },
  { name: '20: crit of alg', jws: withHeader({ crit: ['alg'] }), code: 'critical_unknown' },
  {
    name: '20: crit of a name twice',
    jws: withHeader({ b64: true, crit: ['b64', 'b64'] }),
    code: 'critical_unknown',
  },
  { name: '20: crit of numbers', jws: withHeader({ crit: [1] }), code: 'critical_unknown' },
  {
    name: '20: an understood name that is inherited',
    jws: withHeader({ crit: ['toString'] }),
    code: 'critical_unknown',
    policy: { understands: ['toString'] },
  },
  {
    name: '22: b64 false without crit',
    jws: compact({ header: { alg: 'HS256', b64: false }, payload: 'hello' }),
    code: 'critical_unknown',
  },
  {
    name: '22: b64 false where crit names another',
    jws: compact({ header: { alg: 'HS256', b64: false, x: 1, crit: ['x'] }, payload: 'hello' }),
    code: 'critical_unknown',
    policy: { understands: ['x'] },
  },
  { name: 'b64 that is text', jws: withHeader({ b64: 'false', crit: ['b64'] }), code: 'token_malformed' },
  {
    name: 'an unencoded payload with a dot, in compact form',
    jws: compact({ header: { alg: 'HS256', b64: false, crit: ['b64'] }, payload: '$.02' }),
    code: 'token_malformed',
  },
  {
    name: 'an unencoded payload with a half of a surrogate pair',
    jws: flat({ ...raw({ header: { alg: 'HS256', b64: false, crit: ['b64'] } }), payload: '\ud800' }),
    code: 'token_malformed',
  },
  {
    name: '23: alg twice',
    jws: compact({ encodedHeader: b64('{"alg":"none","alg":"HS256"}') }),
    code: 'token_malformed',
  },
  { name: '26: enc', jws: withHeader({ enc: 'A128GCM' }), code: 'token_malformed' },
  { name: '26: zip', jws: withHeader({ zip: 'DEF' }), code: 'token_malformed' },
  { name: '27: a header that is a list', jws: compact({ header: [] }), code: 'token_malformed' },
  {
    name: '27: a header with a byte order mark',
    jws: compact({ encodedHeader: b64('\ufeff{"alg":"HS256"}') }),
    code: 'token_malformed',
  },
  { name: '28: kid as a number', jws: withHeader({ kid: 1 }), code: 'token_malformed' },
  { name: 'no algorithm at all', jws: compact({ header: { typ: 'x' } }), code: 'token_malformed' },
  {
    name: '55: JSON that is nested too deep',
    jws: `{"payload":"","x":${'['.repeat(50_000)}`,
    code: 'token_malformed',
  },
  { name: '56: too much text', jws: '.'.repeat(1_048_577), code: 'token_too_long' },
  { name: '56: too long an object', jws: flat({ payload: 'A'.repeat(1_048_577) }), code: 'token_too_long' },
  {
    name: '56: one character too long for the policy',
    jws: compact(),
    code: 'token_too_long',
    policy: { maxLength: compact().length - 1 },
  },
  {
    name: '56: an object whose payload is one character too long for the policy',
    jws: flat({}),
    code: 'token_too_long',
    policy: { maxLength: goodPayload.length - 1 },
  },
  { name: '56: too long for the policy', jws: compact(), code: 'token_too_long', policy: { maxLength: 20 } },
  {
    name: 'more signatures than are looked at',
    jws: { payload: goodPayload, signatures: Array.from({ length: 17 }, () => raw({})) },
    code: 'token_too_long',
  },
  {
    name: '57: another type',
    jws: withHeader({ typ: 'a' }),
    code: 'type_mismatch',
    policy: { type: 'b' },
  },
  {
    name: '57: a type that is not protected',
    jws: flat({ header: { typ: 'b' } }),
    code: 'type_mismatch',
    policy: { type: 'b' },
  },
  {
    name: 'an algorithm that is not wanted',
    jws: compact(),
    code: 'algorithm_not_allowed',
    policy: { algorithms: ['ES256'] },
  },
  { name: '63: another algorithm', jws: withHeader({ alg: 'HS512' }), code: 'algorithm_not_allowed' },
  {
    name: 'a key id that nobody has',
    jws: withHeader({ kid: 'x' }),
    code: 'key_not_found',
    policy: { keys: other },
  },
  {
    name: '75: an algorithm that is not protected',
    jws: flat({ protected: '', header: { alg: 'HS256' }, signature: b64('x') }),
    code: 'algorithm_not_allowed',
  },
  {
    name: '75: no protected header',
    jws: { payload: '', header: { alg: 'HS256' }, signature: b64('x') },
    code: 'algorithm_not_allowed',
  },
  { name: '75: alg in both headers', jws: flat({ header: { alg: 'HS256' } }), code: 'token_malformed' },
  { name: '75: kid that is not protected', jws: flat({ header: { kid: 'x' } }), code: 'key_not_found' },
  {
    name: '75: an unprotected kid that is no text',
    jws: flat({ header: { kid: 1 } }),
    code: 'token_malformed',
    policy: { unprotectedKeyId: true },
  },
  {
    name: '75: crit that is not protected',
    jws: flat({ header: { crit: ['b64'] } }),
    code: 'token_malformed',
  },
  { name: '75: b64 that is not protected', jws: flat({ header: { b64: true } }), code: 'token_malformed' },
  {
    name: '75: a name in both headers',
    jws: { ...raw({ header: { alg: 'HS256', x: 1 } }), header: { x: 2 } },
    code: 'token_malformed',
  },
  { name: 'an unprotected header that is a list', jws: flat({ header: [] }), code: 'token_malformed' },
  { name: 'a member twice', jws: `{"payload":"","payload":"","signature":"AA"}`, code: 'token_malformed' },
  { name: 'JSON with more behind it', jws: `${JSON.stringify(raw({}))}x`, code: 'token_malformed' },
  { name: 'JSON without payload', jws: flat({ payload: undefined }), code: 'token_malformed' },
  { name: 'a payload that is an object', jws: flat({ payload: {} }), code: 'token_malformed' },
  { name: 'a signature that is a number', jws: flat({ signature: 1 }), code: 'token_malformed' },
  { name: 'a protected header that is an object', jws: flat({ protected: {} }), code: 'token_malformed' },
  {
    name: 'a protected header that is no base64url',
    jws: flat({ protected: 'a*b' }),
    code: 'token_malformed',
  },
  { name: 'no signatures', jws: { payload: '', signatures: [] }, code: 'token_malformed' },
  { name: 'signatures that are no list', jws: { payload: '', signatures: {} }, code: 'token_malformed' },
  {
    name: 'flattened and general at once',
    jws: flat({ signatures: [raw({})] }),
    code: 'token_malformed',
  },
  {
    name: 'a good signature beside one that is no object',
    jws: { payload: goodPayload, signatures: [raw({}), null] },
    code: 'token_malformed',
  },
  {
    name: 'a good signature beside one whose header is malformed',
    jws: { payload: goodPayload, signatures: [raw({}), raw({ header: { alg: 'HS256', enc: 'x' } })] },
    code: 'token_malformed',
  },
  {
    name: 'signatures that disagree about b64',
    jws: {
      payload: goodPayload,
      signatures: [raw({}), raw({ header: { alg: 'HS256', b64: false, crit: ['b64'] } })],
    },
    code: 'token_malformed',
  },
  {
    name: 'several signatures, none of them good',
    jws: {
      payload: goodPayload,
      signatures: [raw({ secret: Buffer.alloc(32) }), raw({ header: { alg: 'ES256' } })],
    },
    code: 'signature_invalid',
  },
  {
    name: 'several signatures that lack one reason in common',
    jws: {
      payload: goodPayload,
      signatures: [raw({ header: { alg: 'ES256' } }), raw({ header: { alg: 'ES256' } })],
    },
    code: 'algorithm_not_allowed',
  },
  {
    name: 'a payload although another is expected',
    jws: compact(),
    code: 'token_malformed',
    policy: { detachedPayload: hello },
  },
  { name: 'nothing', jws: undefined, code: 'token_malformed' },
  { name: 'null', jws: null, code: 'token_malformed' },
  { name: 'a list', jws: [], code: 'token_malformed' },
  {
    name: 'an unavailable key set',
    jws: compact(),
    code: 'key_set_unavailable',
    policy: {
      keys: {
        generation: 0,
        find: () => {
          throw new TokenError('key_set_unavailable')
        },
      },
    },
  },
  {
    name: 'a letter in the payload that has the low byte of another',
    jws: compact().replace(
      /\..(?=[^.]*\.[^.]*$)/,
      (found) => `.${String.fromCharCode(found.charCodeAt(1) + 0x100)}`,
    ),
    code: 'token_malformed',
  },
  {
    name: 'a control character in the payload',
    jws: compact().replace('.', '.\u0001'),
    code: 'token_malformed',
  },
  {
    name: 'a key set whose answer does not fit',
    jws: compact(),
    code: 'algorithm_not_allowed',
    policy: { keys: { generation: 0, find: () => publicKeyOf(ed) } },
  },
]

for (const { name, jws, code, policy } of refused) {
  test(`verifyJws refuses ${name}`, () => {
    assert.throws(() => verifyJws(jws as string, { keys: key, ...policy }), { code })
  })
}

const accepted: readonly { name: string; jws: unknown; policy?: Partial<JwsPolicy> }[] = [
  { name: 'text as long as the policy allows', jws: compact(), policy: { maxLength: compact().length } },
  {
    name: 'an object whose payload is as long as the policy allows',
    jws: flat({}),
    policy: { maxLength: goodPayload.length },
  },
  {
    name: 'sixteen signatures',
    jws: { payload: goodPayload, signatures: Array.from({ length: 16 }, () => raw({})) },
  },
  { name: 'an algorithm of the list', jws: compact(), policy: { algorithms: ['ES256', 'HS256'] } },
  { name: 'JSON after white space', jws: `\t\n\r ${JSON.stringify(raw({}))}` },
]

for (const { name, jws, policy } of accepted) {
  test(`verifyJws accepts ${name}`, () => {
    assert.equal(String(Buffer.from(verifyJws(jws as string, { keys: key, ...policy }).payload)), 'hello')
  })
}

for (const text of ['', ' ', '~', ' !-/~', '{"a":1}']) {
  test(`what is sent as it is in compact form may be ${JSON.stringify(text)}`, () => {
    const jws = signJws(Buffer.from(text), { key, encodePayload: false })
    assert.equal(String(Buffer.from(verifyJws(jws, { keys: key }).payload)), text)
  })
}

test('an error in a key set is not taken for a bad signature', () => {
  const broken = {
    generation: 0,
    find: () => {
      throw new RangeError('broken')
    },
  }
  assert.throws(() => verifyJws(compact(), { keys: broken }), RangeError)
})

test('an ECDSA signature of another length is refused (RFC 7518 section 3.4)', () => {
  const signing = generateKey('ES256')
  const jws = signJws(hello, { key: signing, serialization: 'flattened' })
  const longer = { ...jws, signature: b64(Buffer.concat([Buffer.from(jws.signature, 'base64url'), binary])) }
  assert.throws(() => verifyJws(longer, { keys: publicKeyOf(signing) }), { code: 'signature_invalid' })
})

const wrongUse: readonly { name: string; make: () => unknown }[] = [
  { name: 'signing text', make: () => signJws('x' as unknown as Uint8Array, { key }) },
  {
    name: 'signing with a public key',
    make: () => signJws(hello, { key: publicKeyOf(ed) as unknown as SigningKey }),
  },
  { name: 'a header that sets alg', make: () => signJws(hello, { key, header: { alg: 'none' } }) },
  { name: 'a header that sets b64', make: () => signJws(hello, { key, header: { b64: false } }) },
  { name: 'a typ that is a number', make: () => signJws(hello, { key, header: { typ: 1 } }) },
  { name: 'critical of what is not there', make: () => signJws(hello, { key, critical: ['x'] }) },
  { name: 'critical of what is inherited', make: () => signJws(hello, { key, critical: ['toString'] }) },
  {
    name: 'critical of what is undefined',
    make: () => signJws(hello, { key, header: { x: undefined }, critical: ['x'] }),
  },
  {
    name: 'critical of what is registered',
    make: () => signJws(hello, { key, header: { typ: 'x' }, critical: ['typ'] }),
  },
  { name: 'critical twice', make: () => signJws(hello, { key, header: { x: 1 }, critical: ['x', 'x'] }) },
  { name: 'no signatures', make: () => signJws(hello, { serialization: 'general', signatures: [] }) },
  {
    name: 'another serialization',
    make: () => signJws(hello, { key, serialization: 'xml' as 'compact' }),
  },
  {
    name: 'an unprotected header in compact form',
    make: () => signJws(hello, { key, unprotectedHeader: {} } as { key: SigningKey }),
  },
  ...['alg', 'crit', 'b64', 'x'].map((name) => ({
    name: `${name} in the unprotected header`,
    make: () =>
      signJws(hello, { key, serialization: 'flattened', header: { x: 1 }, unprotectedHeader: { [name]: 1 } }),
  })),
  {
    name: 'a kid in both headers',
    make: () => signJws(hello, { key: ed, serialization: 'flattened', unprotectedHeader: { kid: 'x' } }),
  },
  ...['\u001f', '\u007f', '\u00e9'].map((text) => ({
    name: `an unencoded payload ${JSON.stringify(text)} in compact form`,
    make: () => signJws(Buffer.from(text), { key, encodePayload: false }),
  })),
  {
    name: 'an unencoded payload with a dot in compact form',
    make: () => signJws(Buffer.from('$.02'), { key, encodePayload: false }),
  },
  {
    name: 'an unencoded payload in JSON that is no text',
    make: () => signJws(binary, { key, encodePayload: false, serialization: 'flattened' }),
  },
  {
    name: 'detached that is a number',
    make: () => signJws(hello, { key, detached: 1 as unknown as boolean }),
  },
  { name: 'verifying without keys', make: () => verifyJws(compact(), {} as JwsPolicy) },
  { name: 'verifying with an empty list', make: () => verifyJws(compact(), { keys: [] }) },
  { name: 'no algorithms', make: () => verifyJws(compact(), { keys: key, algorithms: [] }) },
  {
    name: 'algorithms as text',
    make: () => verifyJws(compact(), { keys: key, algorithms: 'HS256' as unknown as [] }),
  },
  { name: 'an empty type', make: () => verifyJws(compact(), { keys: key, type: '' }) },
  { name: 'understanding alg', make: () => verifyJws(compact(), { keys: key, understands: ['alg'] }) },
  {
    name: 'a detached payload as text',
    make: () => verifyJws(compact(), { keys: key, detachedPayload: 'x' as unknown as Uint8Array }),
  },
  { name: 'a length that is NaN', make: () => verifyJws(compact(), { keys: key, maxLength: Number.NaN }) },
  { name: 'requiring some', make: () => verifyJws(compact(), { keys: key, require: 'some' as 'one' }) },
]
/** What each of these is told: a guard that is gone is often followed by another, which says something else. */
const told: Readonly<Record<string, string>> = {
  'signing text': 'a payload is given as bytes (Uint8Array)',
  'signing with a public key': 'a public key cannot sign: give a private or secret key',
  'a header that sets alg': 'the header parameter alg cannot be set',
  'a header that sets b64': 'the header parameter b64 cannot be set',
  'a typ that is a number': 'the header parameter typ is a string',
  'critical of what is not there':
    'critical names parameters of the header that no specification of JOSE defines',
  'critical of what is inherited':
    'critical names parameters of the header that no specification of JOSE defines',
  'critical of what is undefined':
    'critical names parameters of the header that no specification of JOSE defines',
  'critical of what is registered':
    'critical names parameters of the header that no specification of JOSE defines',
  'critical twice': 'critical names a parameter twice',
  'no signatures': 'signatures is a list of what is to sign, not empty',
  'another serialization': 'serialization is compact, flattened or general',
  'an unprotected header in compact form':
    'signJws has no option "unprotectedHeader"; the nearest is "header"',
  'alg in the unprotected header': 'the header parameter alg cannot be unprotected here',
  'crit in the unprotected header': 'the header parameter crit cannot be unprotected here',
  'b64 in the unprotected header': 'the header parameter b64 cannot be unprotected here',
  'x in the unprotected header': 'the header parameter x cannot be unprotected here',
  'a kid in both headers': 'the header parameter kid cannot be unprotected here',
  'an unencoded payload "\\u001f" in compact form':
    'an unencoded payload in compact form is printable ASCII without a dot: detach it',
  'an unencoded payload "" in compact form':
    'an unencoded payload in compact form is printable ASCII without a dot: detach it',
  'an unencoded payload "é" in compact form':
    'an unencoded payload in compact form is printable ASCII without a dot: detach it',
  'an unencoded payload with a dot in compact form':
    'an unencoded payload in compact form is printable ASCII without a dot: detach it',
  'an unencoded payload in JSON that is no text': 'an unencoded payload in JSON is UTF-8: detach it',
  'detached that is a number': 'detached and encodePayload are true or false',
  'verifying without keys': 'keys is a key, a list of keys, or a key set',
  'verifying with an empty list': 'keys must not be empty',
  'no algorithms': 'algorithms is a list of algorithms, not empty',
  'algorithms as text': 'algorithms is a list of algorithms, not empty',
  'an empty type': 'type is a string that is not empty',
  'understanding alg': 'alg is no extension',
  'a detached payload as text': 'detachedPayload is given as bytes (Uint8Array)',
  'a length that is NaN': 'maxLength is a whole number, 1 to 2147483647',
  'requiring some': 'require is one or all',
}
for (const { name, make } of wrongUse) {
  test(`${name} is a TypeError`, () => {
    assert.throws(make, { name: 'TypeError', message: told[name] })
  })
}

test('what is signed is what is verified, in every form, and no other payload is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (payload, encodePayload) => {
      const jws = signJws(payload, { key, encodePayload, detached: true, serialization: 'flattened' })
      assert.deepEqual(verifyJws(jws, { keys: key, detachedPayload: payload }).payload, payload)
      const changed = Uint8Array.of(...payload, 0)
      assert.throws(() => verifyJws(jws, { keys: key, detachedPayload: changed }), {
        code: 'signature_invalid',
      })
    }),
  )
})

test('verifyJws throws nothing but TokenError, whatever JSON comes', () => {
  const member = fc.oneof(
    fc.constant(goodHead),
    fc.constant(goodPayload),
    fc.constant(goodSignature),
    fc.json(),
    fc.jsonValue(),
  )
  const entry = fc.record(
    { payload: member, protected: member, header: member, signature: member },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(entry, fc.record({ payload: member, signatures: fc.array(entry) })), (jws) => {
      for (const spelling of [jws, JSON.stringify(jws)]) {
        try {
          verifyJws(spelling as FlattenedJws, { keys: key })
        } catch (error) {
          assert.ok(error instanceof TokenError)
        }
      }
    }),
  )
})
