import type { KeyObject } from 'node:crypto'
import type { Algorithm } from '../algorithms.ts'
import { nameOf } from '../keys/crypto-key.ts'
import type { BareJwk } from '../keys/jwk.ts'
import { handleOf, type Key, schemeOf, wrap } from '../keys/keys.ts'

/** What a typed key stands for here. WebCrypto answers with promises, so a key is imported when it is first used. */
export interface Material {
  /** The key as WebCrypto holds it. Rejects with a TypeError if it is none for its algorithm, or must not be used. */
  held(): Promise<CryptoKey>
  /** Every member of the key. Rejects with a TypeError if the key may not leave WebCrypto. */
  jwk(): Promise<BareJwk>
}

/** Wrap what has been checked as far as it can be at once. */
export function hold<K extends Key>(
  kind: K['kind'],
  algorithm: K['algorithm'],
  keyId: string | undefined,
  material: Material,
): K {
  return wrap<K>(kind, algorithm, keyId, material as unknown as KeyObject)
}

/** What stands behind a key; a TypeError for anything that was not made here. */
export function materialOf(key: Key): Material {
  return handleOf(key) as unknown as Material // where this file makes the keys, nothing else is held
}

/** The material of a JWK whose members were checked. */
export function materialOfJwk(jwk: BareJwk, algorithm: Algorithm): Material {
  return { held: once(() => importJwk(jwk, algorithm, false)), jwk: async () => jwk }
}

/** Make something when it is first asked for. */
export function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}

export async function importJwk(
  jwk: BareJwk,
  algorithm: Algorithm,
  extractable: boolean,
): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('jwk', jwk, parametersOf(algorithm), extractable, usesOf(jwk))
  } catch (cause) {
    throw unusable(algorithm, cause)
  }
}

export function unusable(algorithm: Algorithm, cause: unknown): TypeError {
  return new TypeError(`this platform cannot use this key for ${algorithm}`, { cause })
}

function usesOf(jwk: BareJwk): ('sign' | 'verify')[] {
  if (jwk.kty === 'oct') return ['sign', 'verify']
  return 'd' in jwk || 'priv' in jwk ? ['sign'] : ['verify']
}

/** All that import, generation, sign and verify ask for; each reads what concerns it. */
export function parametersOf(algorithm: Algorithm) {
  const scheme = schemeOf(algorithm)
  return {
    name: nameOf(algorithm),
    ...('hash' in scheme && { hash: `SHA-${algorithm.slice(2)}` }),
    ...('crv' in scheme && { namedCurve: scheme.crv }),
    ...('saltLength' in scheme && { saltLength: scheme.saltLength }),
  }
}
