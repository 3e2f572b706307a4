import type { TokenErrorCode } from '../../../src/token/errors.ts'
import type { VerifierOptions } from '../../../src/token/verifier-policy.ts'

/** A token, or what is none, and the code that it is refused with. */
export interface Refused {
  readonly name: string
  readonly token: unknown
  readonly code: TokenErrorCode
  /** Laid over the policy of the good token. */
  readonly policy?: Partial<VerifierOptions>
}
