import type { App } from '../../app.ts'
import { shownProvider } from '../../upstream/providers/routes.ts'
import { findProvider, type ProviderRow } from '../../upstream/providers/store.ts'
import { providerView } from '../../upstream/providers/views.ts'

/** @throws {Error} in one line if there is no provider of this key */
export async function providerNamed({ db }: App, key: string): Promise<ProviderRow> {
  const row = await findProvider(db, key)
  if (!row) throw new Error(`there is no provider ${key}; latchkey providers list shows which there are`)
  return row
}

/** A provider as commands print it: text, and the same for machines. */
export async function shownWith(app: App, row: ProviderRow): Promise<{ text: string; value: object }> {
  const value = providerView.show(await shownProvider(app.upstream.ground, row))
  const { factor_amr: amr, factor_acr: acr, email_domains: domains } = value
  const lines = [
    `${value.key} is ${value.name}, ${value.issuer}${value.disabled_at === null ? '' : ', disabled'}.`,
    `It knows this server as ${value.client_id}, by ${value.authentication}.`,
    `It has to lead back to ${value.redirect_uri}`,
    value.user_type === null
      ? 'It makes nobody: only people sign in who have linked an identity of it.'
      : `Whoever comes for the first time becomes a ${value.user_type}.`,
    domains.length === 0
      ? 'No address that it names counts as proven.'
      : `Addresses that it has verified count as proven at ${domains.join(', ')}.`,
    amr.length + acr.length === 0
      ? 'The second factor of an account is asked for here.'
      : `${[...amr, ...acr].join(', ')} of it counts as a second factor.`,
    `${value.identities} identities of it are linked.`,
  ]
  return { text: lines.join('\n'), value }
}
