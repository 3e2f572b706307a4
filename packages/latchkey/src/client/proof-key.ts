/**
 * A key by which a client proves that a token is its own (RFC 9449). It signs where it is, and need never leave there: a
 * key of WebCrypto that cannot be extracted, or one in the secure hardware of a phone.
 */
export interface ProofKey {
  /** What it signs with, by its name in RFC 7518. */
  readonly algorithm: 'ES256'
  /** The public key, as proofs show it (RFC 7517). */
  readonly publicJwk: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }
  /** R and S, 32 bytes each (RFC 7518 section 3.4). */
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
}

/**
 * Opens the key of one client, the same one each time while it is to be found. `name` is its issuer and client id. A key
 * that is lost ends the session at the next renewal.
 */
export type OpenProofKey = (name: string) => Promise<ProofKey>

/** A pair of keys of WebCrypto, for ES256. */
export interface KeyPair {
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

/** A new key in this client and nowhere else: for `memoryStorage`, whose session ends with it. */
export const memoryKey: OpenProofKey = async () => proofKeyOf(await generateProofKey(false))

/** Make a pair of keys for proofs. The private one can be taken out only where that is asked for. */
export async function generateProofKey(isExtractable: boolean): Promise<KeyPair> {
  return crypto.subtle.generateKey(curve, isExtractable, ['sign', 'verify'])
}

/** Sign proofs with a pair of keys, wherever you keep it. A TypeError for one that is not for ES256. */
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
