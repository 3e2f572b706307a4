import type { Who } from '../activity/events.ts'
import type { Transaction } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import type { BrowserCookie, RefreshCookies } from '../http/cookies.ts'
import type { Actor } from '../identity.ts'
import type { Mail } from '../mail/mail.ts'
import type { MasterKey } from '../secrets/master-key.ts'
import type { GateGround } from '../sessions/gate.ts'
import type { ReadToken } from '../tokens/authenticate.ts'
import type { NoteEndedSession } from '../tokens/ground.ts'
import type { Proofs } from '../tokens/proofs.ts'
import type { Revocations } from '../tokens/revocations.ts'
import type { FindTarget } from '../tokens/target.ts'
import type { RelyingParty } from './passkeys/relying-party.ts'
import type { Passwords } from './passwords/passwords.ts'
import type { Attempts } from './sign-in/attempts.ts'

/** Whose API keys a change may concern. */
type Concerned = { readonly owner: string } | { readonly userType: string }

/** What the part of API keys is told of the rights of people, in the transaction of a change and behind it. */
export interface OwnersKeys {
  /** Somebody may do something else, or is somebody else: keys end that say what is not true any more. */
  look(tx: Transaction, who: Actor | Who, concerned: Concerned): Promise<void>
  endAll(tx: Transaction, who: Actor | Who, concerned: Concerned, reason: string): Promise<void>
  /** The keys of a person as they see them. */
  listOf(owner: string): Promise<readonly object[]>
}

/** What the verbs that change an account need. */
export interface UsersGround extends Ground {
  readonly revocations: Revocations
  readonly noteEndedSession: NoteEndedSession
  readonly apiKeys: OwnersKeys
}

/** What the verbs that send letters need. */
export interface LettersGround extends UsersGround {
  readonly mail: Pick<Mail, 'mode' | 'works' | 'post' | 'admit' | 'linkTo'>
}

/** How a person is bound to a device, as the part of devices tells it. Times are milliseconds since the epoch. */
export interface HeldRelation {
  readonly uid: string
  readonly relation: string
  readonly created_at: number
  readonly until: number | null
}

/** Somebody as an app of another company knows them. */
export interface AppAccount {
  readonly app: string
  readonly name: string
  readonly sub: string
  readonly created_at: number
  readonly last_sign_in_at: number | null
}

/** A provider whose button the pages of a sign-in have. */
export interface OfferedProvider {
  readonly key: string
  readonly name: string
}

export interface AccountsGround extends LettersGround, GateGround {
  /** Seals the secrets of authenticators, and what is typed into a request for recovery. */
  readonly masterKey: MasterKey
  /** How authenticators name this server. */
  readonly issuerName: string
  readonly relyingParty: RelyingParty
  readonly passwords: Passwords
  readonly attempts: Attempts
  readonly proofs: Proofs
  readonly readToken: ReadToken
  readonly findTarget: FindTarget
  readonly cookies: RefreshCookies
  readonly browserCookie: BrowserCookie
  /** Says to authorization requests who is signed in. */
  readonly signedInCookie: BrowserCookie
  /** What somebody owns and what is shared with them. */
  readonly relationsOf: (subject: string) => Promise<readonly HeldRelation[]>
  /** What agents have asked somebody for, as they see it, by pages. */
  readonly approvalsOf: (subject: string) => AsyncIterable<readonly object[]>
  /** The apps of other companies that sign somebody in, and what each calls them. */
  readonly appsOf: (subject: string) => Promise<readonly AppAccount[]>
  /** The applications that somebody has let in, as they see them. */
  readonly applicationsOf: (subject: string) => Promise<readonly object[]>
  /** The countries that somebody signed in from, as far as alarms remember them, and when last. */
  readonly countriesOf: (
    subject: string,
  ) => Promise<readonly { readonly region: string; readonly at: number }[]>
  readonly providersOffered: () => Promise<readonly OfferedProvider[]>
  /** The URL of the page on which an invitation is accepted. */
  readonly linkTo: (invitation: string) => string
}
