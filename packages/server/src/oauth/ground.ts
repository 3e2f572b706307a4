import type { RegionOf } from '../activity/regions.ts'
import type { DetailAction } from '../authorization-details.ts'
import type { ClientInfo } from '../client-info.ts'
import type { Reader, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { BrowserCookie, RefreshCookies } from '../http/cookies.ts'
import type { Credentials, PresentedProof } from '../http/credentials.ts'
import type { Actor, Identity } from '../identity.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { OpenedSession } from '../sessions/gate.ts'
import type { SessionLimits } from '../sessions/limits.ts'
import type { SessionRow } from '../sessions/store.ts'
import type { TokenHands, TokensGround } from '../tokens/ground.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { FindTarget } from '../tokens/target.ts'
import type { Outbox } from '../webhooks/outbox.ts'

import type { ClientsGround } from './clients/ground.ts'
import type { IssueIdToken } from './id-tokens/id-token.ts'

/** A person as applications are told of them, and what they may do now. */
export interface Person {
  readonly id: string
  readonly username: string
  readonly displayName: string | null
  readonly userType: string
  /** The address to which notices go, which was proven. */
  readonly email: string | undefined
  readonly scopes: readonly string[]
  readonly permissionsVersion: string
  readonly endsAtMs: number | undefined
  readonly limits: SessionLimits
}

/** Who is signed in at a browser, and with which session. */
export interface Present {
  readonly session: SessionRow
  readonly person: Person
}

/** A device that waits for its owner, and from where it has asked. */
export interface WaitingDevice {
  readonly uid: string
  readonly name: string
  readonly product: string
  readonly address: string
  readonly region: string | null
  readonly user_agent: string | null
  readonly secret_hash: string
}

interface Typing {
  readonly userId: string
  readonly sessionId: string
  readonly client: ClientInfo
}

export interface OauthGround extends Ground, Omit<TokensGround, 'proofs'>, ClientsGround {
  readonly proofs: Proofs
  readonly masterKey: MasterKey
  readonly findTarget: FindTarget
  readonly regionOf: RegionOf
  /** Where what applications are told waits until it is sent. */
  readonly outbox: Outbox
  /** Where applications register by themselves; undefined where nobody does. */
  readonly registrationEndpoint: string | undefined
  /** Whether the address of a document is a client id. */
  readonly hasClientDocuments: boolean
  /** A person who may sign in; undefined for anybody else. */
  readonly findPerson: (reader: Reader, userId: string) => Promise<Person | undefined>
  /** Whether somebody with these permissions may do something with a device. */
  readonly decideDevice: (
    holder: { readonly subject: string; readonly scopes: ReadonlySet<string> },
    uid: string,
    action: DetailAction,
  ) => Promise<{ readonly allowed: boolean }>
  /** The user names of these people. */
  readonly namesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly namesOfDevices: (uids: readonly string[]) => Promise<ReadonlyMap<string, string>>
  /** Devices that wait to be bound to whoever types their code. */
  readonly binding: {
    find(userCode: string): Promise<WaitingDevice | undefined>
    allow(waiting: WaitingDevice, typing: Typing): Promise<void>
    refuse(waiting: WaitingDevice, typing: Typing): Promise<void>
  }
  /** Whether somebody may act on a person. @throws {Refusal} `user_not_found`, `permission_missing` */
  readonly requireOver: (tx: Transaction, actor: Actor, userId: string) => Promise<void>
  readonly cookies: Pick<RefreshCookies, 'foreignOrigin'>
  /** The key of this id of any service. */
  readonly findKeyOfService: TokenHands['findKeyOfService']
  readonly signedInCookie: BrowserCookie
  readonly issueIdToken: IssueIdToken
  /** Admit one more device that asks, each of which is a row. @throws {Refusal} `too_many_requests` */
  readonly admitDevice: (tx: Transaction, client: ClientInfo) => Promise<void>
  /** Let a person try a code, which counts if it is wrong. @throws {Refusal} `too_many_requests` */
  readonly judgeUserCode: <Result>(userId: string, prove: () => Promise<Result>) => Promise<Result>
  /** Who sends a request with a token of ours. */
  readonly authenticate: (credentials: Credentials, client: ClientInfo) => Promise<Identity>
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
