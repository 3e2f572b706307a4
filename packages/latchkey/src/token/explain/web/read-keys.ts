import type { AsymmetricAlgorithm, HmacAlgorithm } from '../../algorithms.ts'
import type { Jwk } from '../../keys/jwk.ts'
import type { PrivateKey, SigningKey, VerificationKey } from '../../keys/keys.ts'
import { publicKeyOf } from '../../web/export-key.ts'
import { privateKey, publicKey } from '../../web/import-key.ts'
import { decode } from '../../web/platform.ts'
import type { SecretReading } from '../check-keys.ts'
import { secretReadings } from '../secret-readings.ts'
import { algorithmsOf, publicKeysOf, secretKeys } from './read-jwk.ts'

/** What a text was read as. */
export interface ReadKeys {
  readonly form: 'nothing' | 'key set' | 'JWK' | 'PEM' | 'secret'
  /** To check signatures with: one for each algorithm that a key may be used with. */
  readonly keys: readonly VerificationKey[]
  /** To sign with: of private and of secret keys. */
  readonly signing: readonly SigningKey[]
  /** How many keys of a set cannot be used here, which RFC 7517 section 5 leaves out. */
  readonly unusable: number
}

const nothing: ReadKeys = { form: 'nothing', keys: [], signing: [], unusable: 0 }

/**
 * The keys in a text that somebody pasted: a JWK Set, a JWK, PEM of SPKI or PKCS#8, else a shared secret, in the reading
 * that is asked for. A short secret is read: it is worth a remark, not a refusal to look.
 *
 * @throws {TypeError} as a rejection, for what cannot be read. The message says what mends it.
 */
export async function readKeys(text: string, reading?: SecretReading): Promise<ReadKeys> {
  const written = text.trim()
  if (written === '') return nothing
  if (written.startsWith('{')) return readJson(written)
  if (/-----BEGIN /.test(written)) return readPem(written)
  const keys = secretKeys(bytesOf(text, reading))
  return { form: 'secret', keys, signing: keys, unusable: 0 }
}

function bytesOf(text: string, reading: SecretReading | undefined): Uint8Array {
  const utf8 = new TextEncoder().encode(text)
  if (reading === undefined) return utf8
  const given = Array.from(utf8, (byte) => String.fromCharCode(byte)).join('')
  const [, bytes] = secretReadings(given).find(([one]) => one === reading) ?? []
  if (bytes === undefined) throw new TypeError(`this secret is not written in ${reading}`)
  return bytes
}

async function readJson(text: string): Promise<ReadKeys> {
  let document: { readonly keys?: unknown; readonly kty?: unknown }
  try {
    document = JSON.parse(text)
  } catch {
    throw new TypeError('this begins like JSON and is none')
  }
  if (!Array.isArray(document.keys)) {
    if (typeof document.kty !== 'string') throw new TypeError('this JSON is neither a JWK nor a JWK Set')
    return { form: 'JWK', unusable: 0, ...(await readJwk(document as Jwk)) } // each member is looked at
  }
  const read = await Promise.all(
    document.keys.map((jwk: unknown) => readJwk(Object(jwk) as Jwk).catch(() => undefined)),
  )
  const usable = read.filter((one) => one !== undefined)
  if (usable.length === 0) throw new TypeError('this JWK Set holds no key that can be used here')
  return {
    form: 'key set',
    keys: usable.flatMap(({ keys }) => keys),
    signing: usable.flatMap(({ signing }) => signing),
    unusable: read.length - usable.length,
  }
}

async function readJwk(jwk: Jwk): Promise<Pick<ReadKeys, 'keys' | 'signing'>> {
  const { kty, alg, kid } = jwk
  if (kty === 'oct') {
    const bytes = decode(String(jwk.k))
    if (bytes === undefined) throw new TypeError('the member k of this JWK is not base64url')
    const keys = secretKeys(bytes, kid, alg === undefined ? undefined : [alg as HmacAlgorithm]) // secretKey looks
    return { keys, signing: keys }
  }
  if (!('d' in jwk) && !('priv' in jwk)) return { keys: publicKeysOf(jwk), signing: [] }
  return pairs(jwk, algorithmsOf(jwk) as AsymmetricAlgorithm[]) // privateKey looks
}

async function pairs(input: string | Jwk, algorithms: readonly AsymmetricAlgorithm[]) {
  const signing: PrivateKey[] = algorithms.map((algorithm) => privateKey(input, { algorithm }))
  return { keys: await Promise.all(signing.map(publicKeyOf)), signing }
}

async function readPem(text: string): Promise<ReadKeys> {
  const algorithms = algorithmsOfPem(text)
  const [first = 'ES256'] = algorithms
  if (!text.includes('PRIVATE KEY')) {
    // Without a known algorithm, the import says what the block is instead.
    const keys = (algorithms.length === 0 ? [first] : algorithms).map((algorithm) =>
      publicKey(text, { algorithm }),
    )
    if (algorithms.length === 0) throw new TypeError('tokens are not signed with keys of this type')
    return { form: 'PEM', keys, signing: [], unusable: 0 }
  }
  privateKey(text, { algorithm: first })
  if (algorithms.length === 0) throw new TypeError('tokens are not signed with keys of this type')
  return { form: 'PEM', unusable: 0, ...(await pairs(text, algorithms)) }
}

/** Object identifiers as DER writes them, in hex: RFC 8017, RFC 5480, RFC 8410, RFC 9881. */
const identifiers: readonly (readonly [hex: string, algorithms: readonly AsymmetricAlgorithm[]])[] = [
  ['2a864886f70d010101', ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
  ['2a8648ce3d030107', ['ES256']],
  ['2b81040022', ['ES384']],
  ['2b81040023', ['ES512']],
  ['06032b6570', ['EdDSA', 'Ed25519']],
  ['608648016503040311', ['ML-DSA-44']],
  ['608648016503040312', ['ML-DSA-65']],
  ['608648016503040313', ['ML-DSA-87']],
]

/** By the identifier at the beginning of its DER. */
function algorithmsOfPem(text: string): readonly AsymmetricAlgorithm[] {
  const [, contents = ''] = /-----BEGIN [^-]*-----([\w+/=\s]*)/.exec(text) ?? []
  const start = contents.replaceAll(/\s/g, '').slice(0, 64)
  const hex = Array.from(atob(start.slice(0, start.length & ~3)), (character) =>
    character.charCodeAt(0).toString(16).padStart(2, '0'),
  ).join('')
  return identifiers.find(([identifier]) => hex.includes(identifier))?.[1] ?? []
}
