import { createSigner } from 'latchkey/token'
import type { KeyRing } from './key-ring.ts'

/** Signs claims as a JWT of one type. */
export type SignClaims = (claims: Parameters<ReturnType<typeof createSigner>>[0]) => string

/** Sign JWTs of a type (`typ`, RFC 8725 section 3.11) by whichever key of the ring signs at the moment. */
export function createTypedSigner(ring: KeyRing, type: string): SignClaims {
  let generation = -1
  let sign: SignClaims
  return (claims) => {
    if (generation !== ring.generation()) {
      generation = ring.generation()
      sign = createSigner({ key: ring.signingKey(), type })
    }
    return sign(claims)
  }
}
