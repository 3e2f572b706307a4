import type { Item } from '../../api/api.ts'

/** A command that an agent asks for. */
export type Approval = Item<'GET /v1/me/approvals'>
