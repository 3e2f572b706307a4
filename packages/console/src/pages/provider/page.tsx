import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { providerWords } from '../../words/providers.ts'
import type { Provider } from './provider.ts'
import { words } from './words.ts'

const loadSettings = () => import('./settings.tsx').then(({ Settings }) => Settings)
const loadEnd = () => import('./end.tsx').then(({ End }) => End)

/** One provider: what it has to be told of this server, its settings, and its end. */
export function Page({ title, params: { key = '' } }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const mayWrite = useSession().scopes.includes('providers:write')
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/providers/{key}', { path: { key }, signal }),
    [api, key],
  )
  const { value: provider, problem, reload } = usePolled(load, 10_000)
  const [Settings, End] = [
    useLater(mayWrite ? loadSettings : undefined),
    useLater(mayWrite ? loadEnd : undefined),
  ]
  return (
    <>
      <p>
        <a href="#/providers">← {say.back}</a>
      </p>
      <h1>{provider?.name ?? title}</h1>
      <ProblemNotice problem={problem} />
      {!provider && !problem && <p class="faint late">{say.loading}</p>}
      {provider && <Facts provider={provider} />}
      {provider && Settings && <Settings provider={provider} onChanged={reload} />}
      {provider && End && <End provider={provider} onChanged={reload} />}
    </>
  )
}

function Facts({ provider }: { provider: Provider }) {
  const say = { ...useWords(providerWords), ...useWords(words) }
  const isEnabled = provider.disabled_at === null
  return (
    <>
      <dl class="facts">
        <Fact title={say.redirect}>
          <code>{provider.redirect_uri}</code>
        </Fact>
        <Fact title={say.issuer}>
          <code>{provider.issuer}</code>
        </Fact>
        <Fact title={say.status}>
          <Outcome kind={isEnabled ? 'success' : 'refused'} word={isEnabled ? say.enabled : say.disabled} />
        </Fact>
        <Fact title={say.userType}>{provider.user_type ?? say.nobody}</Fact>
        <Fact title={say.domains}>
          {provider.email_domains.length === 0 ? <Absent /> : provider.email_domains.join(', ')}
        </Fact>
        <Fact title={say.knownBy}>{say[provider.authentication]}</Fact>
        <Fact title={say.linked}>{provider.identities}</Fact>
        <Fact title={say.added}>
          <Time at={provider.created_at} exact />
        </Fact>
      </dl>
      <p class="hint">{say.redirectHint}</p>
    </>
  )
}
