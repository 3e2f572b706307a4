import type { Ground } from '../ground.ts'
import type { RefreshCookies } from '../http/refresh-cookie.ts'
import type { GateGround } from '../sessions/gate.ts'
import type { ReadToken } from '../tokens/authenticate.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { Revocations } from '../tokens/revocations.ts'
import type { Passwords } from './passwords/passwords.ts'

/** What changing an account takes. */
export interface UsersGround extends Ground {
  readonly revocations: Revocations
}

export interface AccountsGround extends UsersGround, GateGround {
  readonly passwords: Passwords
  readonly proofs: Proofs
  readonly readToken: ReadToken
  readonly cookies: RefreshCookies
  /** The address of the page on which an invitation is taken up. */
  readonly linkTo: (invitation: string) => string
}
