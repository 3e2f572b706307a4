import * as v from 'valibot'
import { timestamp, view } from '../../http/schema.ts'
import { holderKinds, type ServiceScopeRow } from './store.ts'

export const scopeHolderView = view<ServiceScopeRow>()(
  {
    scope: v.string(),
    holder_kind: v.picklist(holderKinds),
    /** The name of a user type or the id of a service; null for devices, which have a scope together. */
    holder: v.nullable(v.string()),
    given_at: v.string(),
  },
  ({ scope, holder_kind, holder, given_at }) => ({
    ...{ scope, holder_kind, holder: holder === '' ? null : holder },
    given_at: timestamp(given_at),
  }),
)
