import type { User } from '../rest-framework/users.ts'
import type { Backend } from './backend.ts'
import type { Settings, SimpleUsers } from './settings.ts'
import type { TokenStore } from './token-store.ts'

/** The settings, users and store that tokens, serializers and authentications of one `createSimpleJwt` share. */
export interface Kit {
  readonly settings: Settings
  readonly users: SimpleUsers<User>
  /** Null where there is no blacklist. */
  readonly store: TokenStore | null
  readonly backend: Backend
  readonly now: () => number
}
