import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole } from '../../context.ts'
import { useLater } from '../../elements/later.ts'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Factors } from './factors.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Sessions } from './sessions.tsx'

// They stand below what most who open the page are here for.
const loadAddresses = () => import('./addresses.tsx').then(({ Addresses }) => Addresses)
const loadAttributes = () => import('./attributes.tsx').then(({ Attributes }) => Attributes)
const loadActivity = () => import('./activity.tsx').then(({ Activity }) => Activity)
const loadData = () => import('./data.tsx').then(({ Data }) => Data)

/** What a person may see and change of their own account. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/factors', { signal }), [api])
  const factors = usePolled(load, 60_000)
  const [Addresses, Attributes] = [useLater(loadAddresses), useLater(loadAttributes)]
  const [Activity, Data] = [useLater(loadActivity), useLater(loadData)]
  return (
    <Section title={title} level={1}>
      <Sessions />
      <Passkeys hasAuthenticator={Boolean(factors.value?.authenticator)} onChanged={factors.reload} />
      <Factors factors={factors} />
      <Password />
      {Addresses && <Addresses />}
      {Attributes && <Attributes />}
      {Activity && <Activity />}
      {Data && <Data />}
    </Section>
  )
}
