import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import * as jwt from 'latchkey/compat/pyjwt'
import { shownBy, stillThere } from './beside.ts'
import { differences as byPage, type DifferenceByVersion } from './differences.ts'
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

/** The rows as JSON has them: a member that is undefined is none. */
const calls = JSON.parse(JSON.stringify(rows)) as readonly Call[]

test('every row has a name of its own', () => {
  assert.equal(new Set(calls.map(({ name }) => name)).size, calls.length)
})

const differences: readonly DifferenceByVersion[] = byPage['docs/compat-pyjwt.md']

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

stillThere('docs/compat-pyjwt.md', skip)
