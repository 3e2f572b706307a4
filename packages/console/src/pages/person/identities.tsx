import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { type Identity, IdentityList } from '../../elements/identity-list.tsx'
import { Section } from '../../elements/section.tsx'
import { identityWords } from '../../words/identities.ts'
import { words } from './words.ts'

/** The identities of providers by which a person signs in; those who may change the person take one. */
export function Identities({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = { ...useWords(identityWords), ...useWords(words) }
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/identities', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const take = (confirmed: Confirmed, identity: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/users/{id}/identities/{identity}', { path: { id, identity } })
      reload()
    })
  const action = (identity: Identity) => {
    const where = identity.provider_name ?? identity.issuer
    return (
      <ConfirmButton
        label={say.takeIdentity}
        concerns={say.takeIdentityOf(where)}
        means={say.takeIdentityMeans(where)}
        now={say.takeIdentityNow}
        onConfirmed={(confirmed) => take(confirmed, identity.id)}
      />
    )
  }
  return (
    <Section title={say.identities}>
      <IdentityList
        identities={value?.items}
        problem={notLoaded ?? problem}
        action={mayWrite ? action : undefined}
      />
    </Section>
  )
}
