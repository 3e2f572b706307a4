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
      // Signatures are made over ASCII; whatever else was pasted, no key made one over it.
      return Buffer.byteLength(token) === token.length ? checkerOf(key)(token, input.length) : undefined
    },
  }))
}
