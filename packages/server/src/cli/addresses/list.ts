import { findAddresses } from '../../accounts/addresses/store.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { userNamed } from '../users/named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const { id } = await userNamed(app, username)
    const addresses = (await findAddresses(app.db, id)).map((row) => ({
      id: row.id,
      address: row.address,
      primary: row.is_primary === 1,
      proven_at: row.proven_at === null ? null : new Date(row.proven_at).toISOString(),
    }))
    const rows = addresses.map(({ id, address, primary, proven_at }) => [
      address,
      primary ? 'primary' : proven_at === null ? 'not proven' : 'proven',
      id,
    ])
    createOutput(json).result(table(['ADDRESS', 'STATE', 'ID'], rows), addresses)
  })
}
