import type { ClientInfo } from '../client-info.ts'
import type { Ground } from '../ground.ts'
import type { Identity } from '../identity.ts'
import type { IssueToken } from '../tokens/issue.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { FindTarget } from '../tokens/target.ts'

export interface OauthGround extends Ground {
  readonly issue: IssueToken
  readonly proofs: Proofs
  readonly issuer: string
  readonly findTarget: FindTarget
  /** Whether a token says that a device signed it. */
  readonly isDeviceToken: (token: string) => boolean
  /** The device that signed a token. */
  readonly identifyDevice: (token: string, client: ClientInfo) => Promise<Identity>
}
