import * as v from 'valibot'
import { view } from '../../http/schema.ts'
import type { UserTypeRow } from './store.ts'

export const userTypeView = view<UserTypeRow>()(
  {
    name: v.string(),
    description: v.string(),
    permissions: v.array(v.string()),
    /** Another one after every change. */
    version: v.number(),
  },
  ({ name, description, permissions, version }) => ({ name, description, permissions, version }),
)
