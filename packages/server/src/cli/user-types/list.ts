import { findUserTypes } from '../../accounts/user-types/store.ts'
import { userTypeView } from '../../accounts/user-types/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db }) => {
    const types = (await findUserTypes(db)).map(userTypeView.show)
    const rows = types.map(({ name, description, permissions }) => [name, description, permissions.join(' ')])
    createOutput(json).result(table(['TYPE', 'DESCRIPTION', 'PERMISSIONS'], rows), types)
  })
}
