import type { ApplicationRow } from '../../applications/store.ts'
import type { Reader } from '../../database/database.ts'
import type { Ground } from '../../ground.ts'
import type { Proofs } from '../../tokens/proofs.ts'
import type { ClientKeys } from './keys.ts'

/** What the authentication of clients stands on. */
export interface ClientsGround extends Pick<Ground, 'db' | 'world'> {
  readonly issuer: string
  readonly proofs: Pick<Proofs, 'useAssertion'>
  readonly clientKeys: ClientKeys
  /** The application with this client id: registered, or described by a document. Not in a transaction. */
  readonly findApplication: (reader: Reader, clientId: string) => Promise<ApplicationRow | undefined>
  /** An application has proven who it is, by this secret if it was one. */
  readonly noteClientUse: (application: string, secret?: string) => void
}
