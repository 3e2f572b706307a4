import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ApiKeyList } from '../../elements/api-key-list.tsx'
import { Section } from '../../elements/section.tsx'
import { apiKeyWords } from '../../words/api-keys.ts'

/** The API keys of a person; those who may change the person revoke one. */
export function ApiKeys({ id, mayWrite }: { id: string; mayWrite: boolean }) {
  const { api } = useConsole()
  const say = useWords(apiKeyWords)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/api-keys', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const revoke = (confirmed: Confirmed, key: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/users/{id}/api-keys/{key}', { path: { id, key } })
      reload()
    })
  return (
    <Section title={say.apiKeys}>
      <ApiKeyList
        keys={value?.items}
        problem={notLoaded ?? problem}
        onRevoke={mayWrite ? revoke : undefined}
      />
    </Section>
  )
}
