import {
  createAsyncSigner,
  createAsyncVerifier,
  generateKey,
  keySet,
  privateKey,
  publicKey,
  publicKeyOf,
  remoteKeySet,
  secretKey,
  toJwk,
} from '../../../src/token/web/index.ts'
import { type ReadsClock, testClocks } from '../../options/clock-rows.ts'
import { type TakesOptions, testOptions } from '../../options/options-rows.ts'

const bytes = new Uint8Array(32).fill(1)
const key = secretKey(bytes, { algorithm: 'HS256' })
const pair = await generateKey('ES256')
const open = await toJwk(await publicKeyOf(pair))
const whole = await toJwk(pair)
const url = 'https://keys.example'
const fetch = async () => Response.json({ keys: [open] })
const asNever = (options: object) => options as never // what is tested is what types would refuse

const rows: readonly TakesOptions[] = [
  {
    name: 'createAsyncSigner',
    good: { key, expiresIn: 60 },
    call: (options) => createAsyncSigner(asNever(options)),
    misspelt: ['expireIn', 'expiresIn'],
  },
  {
    name: 'createAsyncVerifier',
    good: { keys: key, issuer: 'I' },
    call: (options) => createAsyncVerifier(asNever(options)),
    misspelt: ['isser', 'issuer'],
  },
  {
    name: 'createAsyncVerifier',
    good: { keys: remoteKeySet(url, { fetch }), complete: true },
    call: (options) => createAsyncVerifier(asNever(options)),
    misspelt: ['audiences', 'audience'],
  },
  {
    name: 'cache',
    good: { maxEntries: 10 },
    call: (cache) => createAsyncVerifier({ keys: key, cache: asNever(cache) }),
    misspelt: ['maxEntry', 'maxEntries'],
  },
  {
    name: 'keySet',
    good: { algorithms: ['ES256'] },
    call: (options) => keySet({ keys: [open] }, asNever(options)),
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
    call: (options) => secretKey(bytes, asNever(options)),
    misspelt: ['insecureShortSecrets', 'insecureShortSecret'],
  },
  {
    name: 'publicKey',
    good: { algorithm: 'ES256' },
    call: (options) => publicKey(open, asNever(options)),
    misspelt: ['kid', 'keyId'],
  },
  {
    name: 'privateKey',
    good: { algorithm: 'ES256' },
    call: (options) => privateKey(whole, asNever(options)),
    misspelt: ['algorithms', 'algorithm'],
  },
  {
    name: 'generateKey',
    good: { keyId: 'k' },
    call: (options) => generateKey('ES256', asNever(options)),
    misspelt: ['modulusBits', 'modulusLength'],
  },
]

const verifiable = await createAsyncSigner({ key, expiresIn: 3e9, now: () => 0 })({})

const clocks: readonly ReadsClock[] = [
  { name: 'createAsyncSigner', use: (now) => createAsyncSigner({ key, now })({ exp: 1 }) },
  { name: 'createAsyncVerifier', use: (now) => createAsyncVerifier({ keys: key, now })(verifiable) },
  { name: 'remoteKeySet', use: (now) => remoteKeySet(url, { now, fetch }).ready() },
]

testOptions(rows)
testClocks(clocks)
