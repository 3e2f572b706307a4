import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { AccountPage } from '../../elements/account-page.tsx'
import { ApiKeyList } from '../../elements/api-key-list.tsx'
import { Section } from '../../elements/section.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Make } from './make.tsx'
import { words } from './words.ts'

/** One's own API keys, and the form that makes one. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/api-keys', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const revoke = (confirmed: Confirmed, id: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/api-keys/{id}', { path: { id } })
      reload()
    })
  return (
    <AccountPage title={title} current="apiKeys">
      <p class="hint">{say.about}</p>
      <Section title={say.mine}>
        <ApiKeyList keys={value?.items} problem={notLoaded ?? problem} onRevoke={revoke} />
      </Section>
      {value && value.scopes.length > 0 && <Make scopes={value.scopes} onMade={reload} />}
      {value?.scopes.length === 0 && <p class="hint">{say.mayMakeNone}</p>}
    </AccountPage>
  )
}
