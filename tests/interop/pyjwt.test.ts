import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import * as jwt from 'latchkey/compat/pyjwt'
import { type Difference, shownBy, toldIn } from './beside.ts'
import { python, skipUnless } from './original.ts'
import { type Call, keys, rows } from './pyjwt-rows.ts'

const skip = skipUnless({ jwt: 'python3-jwt', cryptography: 'python3-cryptography' })

interface Result {
  readonly ok?: unknown
  readonly error?: string
  readonly message?: string
}

function argument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(argument)
  if (typeof value !== 'object' || value === null) return value
  const { $key, $bytes, $set, $pyjwk, $from_jwk, '$pyjwk.key': $pyjwkKey } = value as Record<string, unknown>
  if (typeof $key === 'string') return keys[$key]
  if (typeof $bytes === 'string') return Buffer.from($bytes, 'base64')
  if (Array.isArray($set)) return new Set($set)
  if (Array.isArray($pyjwk)) return Reflect.construct(jwt.PyJWK, $pyjwk)
  if (Array.isArray($pyjwkKey)) return Reflect.construct(jwt.PyJWK, $pyjwkKey).key
  if (Array.isArray($from_jwk)) return jwt.get_algorithm_by_name($from_jwk[0]).from_jwk($from_jwk[1])
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, argument(member)]))
}

function described({ algorithm_name, key_type, key_id, public_key_use }: jwt.PyJWK): unknown {
  return { alg: algorithm_name, kty: key_type, kid: key_id ?? null, use: public_key_use ?? null }
}

function run({ call, args: given, kwargs, of }: Call): unknown {
  const args = given.map(argument)
  if (call === 'PyJWK') return described(Reflect.construct(jwt.PyJWK, args))
  if (call === 'PyJWKSet') return Reflect.apply(jwt.PyJWKSet.from_dict, undefined, args).keys.map(described)
  if (call === 'get_unverified_header') return Reflect.apply(jwt.get_unverified_header, undefined, args)
  const target = new jwt.PyJWT(of, { onWarning() {} })
  if (kwargs !== undefined) args.push(...(args.length === 1 ? [undefined] : []), argument(kwargs))
  return Reflect.apply(target[call], target, args)
}

function resultOf(call: Call): Result {
  try {
    return { ok: plain(run(call)) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { error: error.name, message: error.message }
  }
}

/** As JSON has it; bytes as base64. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]))
}

interface Known extends Difference {
  /** In versions of PyJWT below this one; in all if not given. */
  readonly below?: string
}

/** The port follows PyJWT 2.15. */
const below = '2.15'

const differences: readonly Known[] = [
  { below, rows: /^decode (no )?iss /, what: 'several issuers, and an issuer that is no text' },
  { below, rows: /^decode (no )?aud /, what: 'the words about an audience that does not match' },
  {
    below,
    rows: /^encode (a list|a text itself|a number itself|null)$/,
    what: 'the words about a payload that is no object',
  },
  {
    below,
    rows: /^decode (exp|nbf|iat) (\[|null|\{)/,
    what: '`exp`, `nbf` or `iat` that is a list, an object or None',
  },
  {
    below,
    rows: /^decode (bad )?(sub|jti)( "?[^ ]*( for "1")?|, verified without the signature)?$/,
    what: '`sub` and `jti` that are no text, and `subject`',
  },
  { below, rows: /^encode an issuer/, what: 'an issuer that is no text, in `encode`' },
  { below, rows: /^decode with header: no alg$/, what: 'the words about a header without `alg`' },
  {
    below,
    rows: /^(encode|decode) with PyJWK( |:)|^PyJWK/,
    what: '`PyJWK` as a key of `encode` and `decode`, and its `algorithm_name`',
  },
  { below, rows: /^decode_complete$/, what: '`decode_complete` of the module' },
  {
    below,
    rows: /by an object that verifies nothing$/,
    what: "`PyJWT({'verify_signature': False})`",
  },
  {
    rows: /^decode (exp|nbf|iat) (true|false|" ?text of now 600 ?")/,
    what: '`exp`, `nbf`, `iat` as the text `"1"` or as `true`',
  },
  { rows: /^decode (exp|nbf|iat) -?1e\+300/, what: 'a time beyond 2^53' },
  {
    rows: /^encode (by (none|null)$|with headers: the algorithm none)/,
    what: '`alg: none`, in `encode` and in `algorithms`',
  },
  { rows: /^decode by ("|5$)/, what: "`algorithms='HS256'` as text" },
  {
    rows: /^decode (verify_exp as |an option that there is not|nothing but)/,
    what: 'a misspelt option, or one that is not a boolean',
  },
  { rows: /^decode leeway (-10|"x")$/, what: 'a negative `leeway`, or NaN' },
  { rows: /^decode leeway null$/, what: '`leeway` as None' },
  {
    rows: / of (a (character beyond|line end|blank)|the alphabet|padding)/,
    what: '`=` after a segment, white space in it, unused bits that are set, `+` and `/`',
  },
  {
    rows: /with a member twice/,
    what: 'a member twice in header or claims, a byte order mark, broken UTF-8, nesting below 32 levels',
  },
  {
    rows: /of a payload of forty levels/,
    what: 'a member twice in header or claims, a byte order mark, broken UTF-8, nesting below 32 levels',
  },
  { rows: /of a payload with (NaN|a float that is too large)/, what: 'NaN and Infinity in a payload' },
  {
    rows: /of a payload with an integer that a double does not hold/,
    what: 'an integer that a double does not hold, such as 9007199254740993',
  },
  {
    rows: /(of (two dots|an empty (header|payload))|that is no JSON|with a comma too many)/,
    what: 'the text after `Invalid payload string:` and `Invalid header string:`',
  },
  {
    rows: /header.* (crit|crit b64|b64 true|b64 false)$/,
    what: '`b64: false`, detached payloads, any `crit`',
  },
  { rows: /with (use enc|key_ops)/, what: 'a JWK with `use: enc`, or `key_ops` that do not allow it' },
  {
    rows: /^PyJWKSet of (an? key|.* with alg XX|.*kty|nothing|no keys|an object|null for|a text)/,
    what: 'the messages of a JWK Set without keys',
  },
  {
    rows: /^PyJWK: .* (that is for another, )?by /,
    what: 'a JWK with `alg` or `crv` for another algorithm than the one that is given',
  },
  { rows: /^PyJWK: .*(kty|with alg XX)$/, what: 'the messages of keys that cannot be read' },
  { rows: /^PyJWK: (oct|RSA|EC|OKP|an empty|kty) /, what: 'the messages of keys that cannot be read' },
  { rows: /^(en|de)code by (RS|ES|Ed|HS)\S+ with /, what: 'the messages of keys that cannot be read' },
  {
    rows: /^encode with (the key|PyJWK|PyJWK\.key|from_jwk)/,
    what: '`ValueError`, `AttributeError` or `KeyError` for a key that does not fit',
  },
  {
    rows: /^decode with PyJWK\.key.*HS512$/,
    what: 'a JWK with `alg` or `crv` for another algorithm than the one that is given',
  },
  { rows: /^decode with a? ?(number|null) for a key$/, what: 'the messages of keys that cannot be read' },
  { rows: /^encode with headers: an algorithm that is null$/, what: '`alg` as None in `headers`' },
  {
    rows: /by an object that verifies nothing, and a call that does$/,
    what: "`PyJWT({'verify_signature': False})`, and a call that turns it on",
  },
]

/** The rows as JSON has them: a member that is undefined is none. */
const calls = JSON.parse(JSON.stringify(rows)) as readonly Call[]

test('every row has a name of its own', () => {
  assert.equal(new Set(calls.map(({ name }) => name)).size, calls.length)
})

test('PyJWT of Debian beside ours', { skip }, async (t) => {
  const program = fileURLToPath(new URL('pyjwt_rows.py', import.meta.url))
  const { stdout, stderr } = spawnSync(python, ['-B', program], {
    input: JSON.stringify({ keys, rows: calls }),
    maxBuffer: 64 * 1024 * 1024,
  })
  assert.equal(String(stderr), '')
  const { version, results } = JSON.parse(String(stdout)) as { version: string; results: Result[] }
  // Of what an older version does a newer one shows nothing.
  for (const difference of differences) if (!isBelow(version, difference.below)) shownBy.add(difference.what)
  for (const [index, call] of calls.entries()) {
    const wanted = results[index] ?? {}
    await t.test(`${call.name}, as PyJWT ${version}`, () => {
      const ours = resultOf(call)
      const known = differences.find(({ rows, below }) => rows.test(call.name) && isBelow(version, below))
      // Whatever is known, the port must not take what the PyJWT that it follows refuses.
      const takesMore = ours.error === undefined && wanted.error !== undefined
      if (takesMore && known?.below === undefined) assert.fail(`PyJWT refuses: ${wanted.message}`)
      if (known === undefined) assert.deepEqual(comparable(ours, call), comparable(wanted, call))
      else if (!isDeepStrictEqual(ours, wanted)) {
        for (const difference of differences)
          if (difference.rows.test(call.name)) shownBy.add(difference.what)
      }
    })
  }
})

function isBelow(version: string, limit: string | undefined): boolean {
  if (limit === undefined) return true
  const [[major = 0, minor = 0] = [], [limitMajor = 0, limitMinor = 0] = []] = [version, limit].map((text) =>
    text.split('.').map(Number),
  )
  return major < limitMajor || (major === limitMajor && minor < limitMinor)
}

/** Without what is another each time: a signature by an elliptic curve. */
function comparable(result: Result, { call }: Call): Result {
  if (call !== 'encode' || typeof result.ok !== 'string') return result
  const [header = '', payload = '', signature = ''] = result.ok.split('.')
  const isRandom = Buffer.from(header, 'base64url').includes('"ES256"')
  return { ok: [header, payload, isRandom ? '' : signature] }
}

toldIn('docs/compat-pyjwt.md', differences, skip)
