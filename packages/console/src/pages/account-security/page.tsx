import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole } from '../../context.ts'
import { AccountPage } from '../../elements/account-page.tsx'
import { useLater } from '../../elements/later.ts'
import type { PageProps } from '../../page-definition.ts'
import { Factors } from './factors.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'

const loadIdentities = () => import('./identities.tsx').then(({ Identities }) => Identities)

/** What one signs in with: passkeys, the second factor and its codes, the password. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/factors', { signal }), [api])
  const factors = usePolled(load, 60_000)
  const Identities = useLater(loadIdentities)
  return (
    <AccountPage title={title} current="security">
      <Passkeys hasAuthenticator={Boolean(factors.value?.authenticator)} onChanged={factors.reload} />
      <Factors factors={factors} />
      {Identities && <Identities />}
      <Password />
    </AccountPage>
  )
}
