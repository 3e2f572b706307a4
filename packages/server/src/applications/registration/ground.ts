import type { ClientInfo } from '../../client-info.ts'
import type { Transaction } from '../../database/database.ts'
import type { Documents } from '../documents/documents.ts'
import type { ApplicationsGround } from '../ground.ts'

/** Who may register an application by themselves (RFC 7591), and what those get. */
export interface RegistrationRules {
  /** Nobody, whoever has an initial access token, or anybody. */
  readonly registration: 'off' | 'token' | 'open'
  /** A file with the initial access tokens, one a line; read each time. */
  readonly tokenFile: string | undefined
  /** What they may ask for at most; also where a document describes an application. */
  readonly scopes: readonly string[]
  /** Whether the address of a document is a client id. */
  readonly documents: 'off' | 'on'
}

export interface RegistrationGround extends ApplicationsGround {
  readonly rules: RegistrationRules
  readonly documents: Documents
  /** Admit one registration of a network. @throws {Refusal} `too_many_requests` */
  readonly admit: (tx: Transaction, client: ClientInfo) => Promise<void>
}
