import type { Ground } from '../../ground.ts'
import type { Proofs } from '../../tokens/proofs.ts'
import type { ClientKeys } from './keys.ts'

/** What the authentication of clients stands on. */
export interface ClientsGround extends Pick<Ground, 'db' | 'world'> {
  readonly issuer: string
  readonly proofs: Pick<Proofs, 'useAssertion'>
  readonly clientKeys: ClientKeys
  /** An application has proven who it is, by this secret if it was one. */
  readonly noteClientUse: (application: string, secret?: string) => void
}
