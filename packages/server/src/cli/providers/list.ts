import { shownProvider } from '../../upstream/providers/routes.ts'
import { findProviders } from '../../upstream/providers/store.ts'
import { providerView } from '../../upstream/providers/views.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput, table } from '../output.ts'

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ db, upstream: { ground } }) => {
    const rows = await findProviders(db)
    const shown = await Promise.all(rows.map((row) => shownProvider(ground, row)))
    const providers = shown.map(providerView.show)
    const lines = providers.map(({ key, name, user_type, disabled_at, identities, issuer }) => [
      ...[key, name, user_type ?? 'nobody', disabled_at === null ? 'enabled' : 'disabled'],
      ...[String(identities), issuer],
    ])
    const head = ['PROVIDER', 'NAME', 'MAKES', 'STATE', 'IDENTITIES', 'ISSUER']
    createOutput(json).result(table(head, lines), providers)
  })
}
