import type { MailAddress } from '../../mail-address.ts'
import type { Language } from '../../pages/page.ts'

/** Who a provider says that a person is. Only code that has verified an ID token may create this value. */
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
