import type { ClientInfo } from '../client-info.ts'
import type { Reader, Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { BrowserCookie } from '../http/cookies.ts'
import type { PageAnswer } from '../http/route.ts'
import type { Actor, Caller } from '../identity.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { MailAddress } from '../mail-address.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Language } from '../pages/page.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { Discovery } from './providers/discovery.ts'

/** Who a provider says that a person is: issuer and subject are all that counts, the label is for people. */
export interface ProvenIdentity {
  /** The key of the provider, for the log. */
  readonly provider: string
  readonly issuer: string
  readonly subject: string
  readonly label: string | null
}

/** What a person is to be called who comes for the first time. */
export interface Newcomer {
  readonly userType: string
  readonly username: string | undefined
  readonly displayName: string | undefined
  /** An address whose owner the provider has proven them to be. */
  readonly address: MailAddress | undefined
  readonly language: Language
}

/** A person whom a provider has signed in. */
export interface ProvenAtProvider {
  readonly identity: ProvenIdentity
  /** Undefined where nobody is made: only whose identity is linked signs in. */
  readonly newcomer: Newcomer | undefined
  /** Whether the provider has asked for a second factor, as far as that counts here. */
  readonly hasFactor: boolean
  /** When the person has proven to the provider who they are; null if it does not say. */
  readonly provenAt: number | null
}

/** What accounts do with the identities of providers. */
export interface ProviderPeople {
  /** @throws {Refusal} `user_type_unknown`, `user_type_privileged` */
  requireOpenType(tx: Transaction, userType: string): Promise<void>
  /** Whether an identity is somebody's here. */
  isLinked(reader: Reader, identity: ProvenIdentity): Promise<boolean>
  /**
   * Sign a person in through the gate, and answer with the page that leads on, or with that of the second step.
   * @throws {Refusal} as the gate; `provider_refused` for somebody whom this server does not know and does not make,
   * `address_taken` for a newcomer whose address another account has proven
   */
  signInByProvider(
    proven: ProvenAtProvider,
    asked: { readonly next: string; readonly header: (name: string) => string | undefined },
    client: ClientInfo,
  ): Promise<PageAnswer<200>>
  /**
   * The session of somebody who has signed in just now, which an identity may be linked by.
   * @throws {Refusal} `insufficient_user_authentication`, `kind_not_allowed`
   */
  requireLinking(tx: Transaction, caller: Caller): Promise<string>
  /** @throws {Refusal} `identity_taken`, `identity_limit_reached`, `provider_refused` if the session has ended */
  linkIdentity(identity: ProvenIdentity, sessionId: string, client: ClientInfo): Promise<void>
  /** Admit one request of a network for a sign-in, of which each is a row. @throws {Refusal} `too_many_requests` */
  admit(tx: Transaction, client: ClientInfo, event: 'user.sign_in'): Promise<void>
  /** End the live sessions that began by identities of an issuer. */
  endSessionsOf(actor: Actor, issuer: string): Promise<void>
  /** Remove the identities of an issuer. How many there were. */
  removeIdentitiesOf(tx: Transaction, issuer: string): Promise<number>
  countOf(reader: Reader, issuer: string): Promise<number>
  /** The issuer of the identity that a session began by. */
  issuerOf(reader: Reader, sessionId: string): Promise<string | undefined>
}

export interface UpstreamGround extends Ground {
  readonly issuer: string
  readonly masterKey: MasterKey
  readonly outbound: Outbound
  readonly discovery: Discovery
  readonly ring: Pick<KeyRing, 'signingKey'>
  readonly flowCookie: BrowserCookie
  readonly people: ProviderPeople
}
