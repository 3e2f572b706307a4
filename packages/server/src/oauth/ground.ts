import type { ClientInfo } from '../client-info.ts'
import type { Ground } from '../ground.ts'
import type { PresentedProof } from '../http/credentials.ts'
import type { Identity } from '../identity.ts'
import type { OpenedSession } from '../sessions/gate.ts'
import type { IssueToken } from '../tokens/issue.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { FindTarget } from '../tokens/target.ts'
import type { ClientsGround } from './clients/ground.ts'

export interface OauthGround extends Ground, ClientsGround {
  readonly issue: IssueToken
  readonly proofs: Proofs
  readonly findTarget: FindTarget
  /** Whether a token says that a device signed it. */
  readonly isDeviceToken: (token: string) => boolean
  /** Sign in a person by what an app of another company says of them. */
  readonly signInByApp: (
    exchange: {
      readonly assertion: string
      readonly form: 'current'
      readonly deviceId: string | undefined
      readonly proof: PresentedProof
      readonly resource: string | undefined
    },
    client: ClientInfo,
  ) => Promise<OpenedSession>
  /** The device that signed a token. */
  readonly identifyDevice: (token: string, client: ClientInfo) => Promise<Identity>
}
