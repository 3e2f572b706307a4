/**
 * A key with which a client proves possession of its tokens (RFC 9449). It need not be extractable: a non-extractable key
 * of WebCrypto, or a key in the secure hardware of a phone.
 */
export interface ProofKey {
  /** The algorithm, by its name in RFC 7518. */
  readonly algorithm: 'ES256'
  /** The public key, as proofs hold it (RFC 7517). */
  readonly publicJwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  /** Sign `bytes`. Gives R and S, 32 bytes each (RFC 7518 section 3.4). */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

/**
 * Opens the key of one client: the same key each time, as long as it exists. `name` is made of its issuer and client id.
 * If the key is lost, the session ends at the next refresh.
 */
export type OpenProofKey = (name: string) => Promise<ProofKey>

/** A pair of keys of WebCrypto: ECDSA on the curve P-256. */
export interface KeyPair {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** A new key in the memory of this client. For `memoryStorage`, whose session ends with it. */
export const memoryKey: OpenProofKey = async () => proofKeyOf(await generateProofKey(false))

/** Make a pair of keys for proofs. The private one can be taken out only where that is asked for. */
export async function generateProofKey(isExtractable: boolean): Promise<KeyPair> {
  return crypto.subtle.generateKey(curve, isExtractable, ['sign', 'verify'])
}

/**
 * Make a key for proofs of a pair of keys that you keep yourself. Rejects with a `TypeError` if the pair is not for ES256.
 */
export async function proofKeyOf({ privateKey, publicKey }: KeyPair): Promise<ProofKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  if (kty !== 'EC' || crv !== 'P-256' || x === undefined || y === undefined) {
    throw new TypeError('a key for proofs is on the curve P-256')
  }
  return {
    algorithm: 'ES256',
    publicJwk: { kty, crv, x, y },
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign(signature, privateKey, bytes)),
  }
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' }
const signature = { name: 'ECDSA', hash: 'SHA-256' }
