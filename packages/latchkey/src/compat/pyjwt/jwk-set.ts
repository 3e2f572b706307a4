import type { Jwk } from '../../token/keys/jwk.ts'
import { PyJWKSetError, PyJWTError } from './errors.ts'
import { PyJWK } from './jwk.ts'

/** A JWK Set. Keys that cannot be used are left out (RFC 7517 section 5). A PyJWKSetError if none is left. */
export class PyJWKSet implements Iterable<PyJWK> {
  readonly keys: readonly PyJWK[]

  constructor(keys: readonly Jwk[]) {
    if (!Array.isArray(keys)) throw new PyJWKSetError('Invalid JWK Set value')
    if (keys.length === 0) throw new PyJWKSetError('The JWK Set did not contain any keys')
    this.keys = keys.flatMap(usable)
    if (this.keys.length === 0) throw new PyJWKSetError('The JWK Set did not contain any usable keys')
  }

  static from_dict(obj: { readonly keys?: readonly Jwk[] }): PyJWKSet {
    return new PyJWKSet(obj.keys ?? [])
  }

  static from_json(data: string): PyJWKSet {
    return PyJWKSet.from_dict(JSON.parse(data) as { keys?: Jwk[] }) // the constructor looks at what it is
  }

  /** The key with this id, as Python's `key_set[kid]`. A PyJWKSetError if there is none. */
  get(kid: string): PyJWK {
    const key = this.keys.find(({ key_id }) => key_id === kid)
    if (key === undefined) throw new PyJWKSetError(`keyset has no key for kid: ${kid}`)
    return key
  }

  [Symbol.iterator](): Iterator<PyJWK> {
    return this.keys[Symbol.iterator]()
  }
}

function usable(jwk: Jwk): PyJWK[] {
  try {
    return [new PyJWK(jwk)]
  } catch (error) {
    if (error instanceof PyJWTError) return []
    throw error
  }
}
