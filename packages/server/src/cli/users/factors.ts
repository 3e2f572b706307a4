import { type Factors, factorsOf, factorsView } from '../../accounts/factors/views.ts'
import { timestamp, timestampOrNull } from '../../http/schema.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'
import { userNamed } from './named.ts'

export async function run({ args: [username = ''], json }: Given): Promise<void> {
  await withApp(async (app) => {
    const user = await userNamed(app, username)
    const factors = await factorsOf(app.db, user, app.world.now())
    const rows = rowsOf(factors)
    const text =
      rows.length === 0
        ? `${user.username} has no second factor.`
        : `${table(['FACTOR', 'NAME', 'ADDED', 'LAST USED'], rows)}\n\n${factors.recoveryCodes} recovery codes are left.`
    createOutput(json).result(text, factorsView.show(factors))
  })
}

function rowsOf({ authenticator, passkeys }: Factors): string[][] {
  const times = (row: { readonly created_at: number; readonly last_used_at: number | null }) => [
    timestamp(row.created_at),
    timestampOrNull(row.last_used_at) ?? 'never',
  ]
  return [
    ...(authenticator ? [['authenticator', '', ...times(authenticator)]] : []),
    ...passkeys.map((passkey) => {
      const kind = passkey.is_factor === 1 ? 'passkey' : 'passkey without prompt'
      return [kind, passkey.name, ...times(passkey)]
    }),
  ]
}
