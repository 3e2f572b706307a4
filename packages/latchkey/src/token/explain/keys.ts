import { isPlain } from '../base64url.ts'
import { handleOf, type VerificationKey } from '../keys.ts'
import { checkerOf } from '../signature.ts'
import type { KeyToTry } from './check-keys.ts'

/** Keys of `latchkey/token` as `explain` tries them. Apart from it, because this needs node:crypto. */
export function keysToTry(keys: readonly VerificationKey[]): readonly KeyToTry[] {
  return keys.map((key) => ({
    kind: key.kind,
    algorithm: key.algorithm,
    keyId: key.keyId,
    ...(key.kind === 'secret' ? { secretBytes: handleOf(key).symmetricKeySize ?? 0 } : {}),
    fits(input, signature) {
      const token = `${input}.${signature}`
      return isPlain(token) ? checkerOf(key)(token, input.length) : undefined
    },
  }))
}
