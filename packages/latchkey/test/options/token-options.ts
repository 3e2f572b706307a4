import { explain } from '../../src/token/explain/index.ts'
import {
  createAsyncSigner,
  createAsyncVerifier,
  createSigner,
  createVerifier,
  generateKey,
  keySet,
  privateKey,
  publicKey,
  publicKeyOf,
  remoteKeySet,
  secretKey,
  signJws,
  toJwk,
  verifyJws,
} from '../../src/token/index.ts'
import type { ReadsClock } from './clock-rows.ts'
import type { TakesOptions } from './options-rows.ts'

const key = secretKey(Buffer.alloc(32, 1), { algorithm: 'HS256' })
const pair = generateKey('ES256')
const bytes = Buffer.from('hello')
const jws = signJws(bytes, { key })
const url = 'https://keys.example'
const asNever = (options: object) => options as never // what is tested is what types would refuse

/** The functions of `latchkey/token` and `latchkey/token/explain`. */
export const tokenOptions: readonly TakesOptions[] = [
  {
    name: 'createSigner',
    good: { key, expiresIn: 60 },
    call: (options) => createSigner(asNever(options)),
    misspelt: ['expireIn', 'expiresIn'],
  },
  {
    name: 'createAsyncSigner',
    good: { key },
    call: (options) => createAsyncSigner(asNever(options)),
    misspelt: ['notbefore', 'notBefore'],
  },
  {
    name: 'createVerifier',
    good: { keys: key, issuer: 'I', complete: true },
    call: (options) => createVerifier(asNever(options)),
    misspelt: ['isser', 'issuer'],
  },
  {
    name: 'createAsyncVerifier',
    good: { keys: key, audience: 'A' },
    call: (options) => createAsyncVerifier(asNever(options)),
    misspelt: ['audiences', 'audience'],
  },
  {
    name: 'createAsyncVerifier',
    good: { keys: remoteKeySet(url) },
    call: (options) => createAsyncVerifier(asNever(options)),
    misspelt: ['requiredClaim', 'requiredClaims'],
  },
  {
    name: 'cache',
    good: { maxEntries: 10 },
    call: (cache) => createVerifier({ keys: key, cache: asNever(cache) }),
    misspelt: ['maxEntry', 'maxEntries'],
  },
  {
    name: 'keySet',
    good: { algorithms: ['ES256'] },
    call: (options) => keySet({ keys: [toJwk(publicKeyOf(pair))] }, asNever(options)),
    misspelt: ['alg', 'algorithms'],
  },
  {
    name: 'remoteKeySet',
    good: { cooldown: 30 },
    call: (options) => remoteKeySet(url, asNever(options)),
    misspelt: ['coolDownSeconds', 'cooldown'],
  },
  {
    name: 'secretKey',
    good: { algorithm: 'HS256', keyId: 'k' },
    call: (options) => secretKey(Buffer.alloc(32, 1), asNever(options)),
    misspelt: ['insecureShortSecrets', 'insecureShortSecret'],
  },
  {
    name: 'publicKey',
    good: { algorithm: 'ES256' },
    call: (options) => publicKey(toJwk(publicKeyOf(pair)), asNever(options)),
    misspelt: ['kid', 'keyId'],
  },
  {
    name: 'privateKey',
    good: { algorithm: 'ES256', keyId: 'k' },
    call: (options) => privateKey(toJwk(pair), asNever(options)),
    misspelt: ['algorithms', 'algorithm'],
  },
  {
    name: 'generateKey',
    good: { keyId: 'k' },
    call: (options) => generateKey('ES256', asNever(options)),
    misspelt: ['modulusBits', 'modulusLength'],
  },
  {
    name: 'signJws',
    good: { key, detached: true },
    call: (options) => signJws(bytes, asNever(options)),
    misspelt: ['headers', 'header'],
  },
  {
    name: 'signJws',
    good: { key, serialization: 'flattened', unprotectedHeader: { x: 1 } },
    call: (options) => signJws(bytes, asNever(options)),
    misspelt: ['unprotected', 'unprotectedHeader'],
  },
  {
    name: 'signJws',
    good: { signatures: [{ key }], serialization: 'general' },
    call: (options) => signJws(bytes, asNever(options)),
    misspelt: ['encodepayload', 'encodePayload'],
  },
  {
    name: 'signJws, in signatures,',
    good: { key },
    call: (signer) => signJws(bytes, { signatures: [asNever(signer)], serialization: 'general' }),
    misspelt: ['crit', 'critical'],
  },
  {
    name: 'verifyJws',
    good: { keys: key },
    call: (options) => verifyJws(jws, asNever(options)),
    misspelt: ['understand', 'understands'],
  },
  {
    name: 'explain',
    good: { nowMs: 0, keys: [] },
    call: (options) => explain(jws, asNever(options)),
    misspelt: ['clockTolerence', 'clockTolerance'],
  },
]

const verifiable = createSigner({ key, expiresIn: 3e9, now: () => 0 })({})

/** What of them reads a clock, or is given a time. */
export const tokenClocks: readonly ReadsClock[] = [
  { name: 'createSigner', use: (now) => createSigner({ key, now })({}) },
  { name: 'createSigner with its own exp', use: (now) => createSigner({ key, now })({ iat: 1, exp: 2 }) },
  { name: 'createAsyncSigner', use: (now) => createAsyncSigner({ key, now })({}) },
  { name: 'createVerifier', use: (now) => createVerifier({ keys: key, now })(verifiable) },
  {
    name: 'createVerifier with a memory',
    use(now) {
      let reads = 0
      // Good at first, so that the token is remembered.
      const later = typeof now === 'function' ? () => (reads++ === 0 ? 0 : (now as () => never)()) : now
      const verify = createVerifier({ keys: key, cache: true, now: later })
      verify(verifiable)
      verify(verifiable)
    },
  },
  { name: 'createAsyncVerifier', use: (now) => createAsyncVerifier({ keys: key, now })(verifiable) },
  {
    name: 'remoteKeySet',
    use: (now) => remoteKeySet(url, { now, fetch: async () => Response.json({ keys: [] }) }).ready(),
  },
  {
    name: 'createAsyncVerifier over a remoteKeySet whose clock is wrong',
    async use(now) {
      const keys = remoteKeySet(url, {
        now,
        fetch: async () => Response.json({ keys: [toJwk(publicKeyOf(pair))] }),
      })
      const token = createSigner({ key: pair, expiresIn: 3e9, now: () => 0 })({})
      await createAsyncVerifier({ keys, now: () => 0 })(token)
    },
  },
]
