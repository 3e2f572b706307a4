import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole } from '../../context.ts'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Activity } from './activity.tsx'
import { Addresses } from './addresses.tsx'
import { Attributes } from './attributes.tsx'
import { Data } from './data.tsx'
import { Factors } from './factors.tsx'
import { Passkeys } from './passkeys.tsx'
import { Password } from './password.tsx'
import { Sessions } from './sessions.tsx'

/** What a person may see and change of their own account. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/factors', { signal }), [api])
  const factors = usePolled(load, 60_000)
  return (
    <Section title={title} level={1}>
      <Sessions />
      <Passkeys hasAuthenticator={Boolean(factors.value?.authenticator)} onChanged={factors.reload} />
      <Factors factors={factors} />
      <Password />
      <Addresses />
      <Attributes />
      <Activity />
      <Data />
    </Section>
  )
}
