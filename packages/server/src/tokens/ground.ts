import type { Ground } from '../ground.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { ReadToken } from './authenticate.ts'
import type { IssueToken } from './issue.ts'
import type { Proofs } from './proofs.ts'
import type { Revocations } from './revocations.ts'

/** Tokens as the parts above make, read and end them. */
export interface TokensGround extends Ground {
  readonly ring: KeyRing
  readonly issue: IssueToken
  readonly readToken: ReadToken
  readonly proofs: Proofs
  readonly revocations: Revocations
  readonly issuer: string
  /** `aud` of the tokens for this server. */
  readonly audience: string
  /** How long a token lives that has no other life. */
  readonly lifeSeconds: number
}
