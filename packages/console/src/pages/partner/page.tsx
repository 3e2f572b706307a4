import { useCallback } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { partnerWords } from '../../words/partners.ts'
import { words } from './words.ts'

const loadAbout = () => import('./about.tsx').then(({ About }) => About)
const loadKeys = () => import('./keys.tsx').then(({ Keys }) => Keys)
const loadPeople = () => import('./people.tsx').then(({ People }) => People)
const loadTest = () => import('./test-box.tsx').then(({ TestBox }) => TestBox)

/** One app of another company: its rules, its keys, its people, and the test of an assertion. */
export function Page({ title, params: { id = '' } }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const mayWrite = useSession().scopes.includes('apps:write')
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/apps/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: app, problem, reload } = usePolled(load, 10_000)
  const [About, Keys] = [useLater(loadAbout), useLater(loadKeys)]
  const [People, TestBox] = [useLater(loadPeople), useLater(loadTest)]
  const mayChange = mayWrite && app?.disabled_at === null
  return (
    <>
      <p>
        <a href="#/partners">← {say.back}</a>
      </p>
      <h1>{app?.name ?? title}</h1>
      <ProblemNotice problem={problem} />
      {!app && !problem && <p class="faint late">{say.loading}</p>}
      {app && <Facts app={app} />}
      {app && Keys && <Keys app={app} mayChange={mayChange} onRead={reload} />}
      {app && People && <People id={id} mayChange={mayChange} />}
      {app && TestBox && <TestBox id={id} />}
      {app && mayChange && About && <About app={app} onChanged={reload} />}
    </>
  )
}

function Facts({ app }: { app: Answer<'GET /v1/apps/{id}'> }) {
  const say = { ...useWords(partnerWords), ...useWords(words) }
  const isEnabled = app.disabled_at === null
  return (
    <dl class="facts">
      <Fact title={say.id}>
        <code>{app.id}</code>
      </Fact>
      <Fact title={say.status}>
        <Outcome kind={isEnabled ? 'success' : 'refused'} word={isEnabled ? say.enabled : say.disabled} />
      </Fact>
      <Fact title={say.userType}>{app.user_type ?? say.nobody}</Fact>
      <Fact title={say.lasts}>{say.seconds(app.longest_session_seconds)}</Fact>
      <Fact title={say.keySetUrl}>{app.jwks_uri === null ? <Absent /> : <code>{app.jwks_uri}</code>}</Fact>
      <Fact title={say.registered}>
        <Time at={app.created_at} exact />
      </Fact>
    </dl>
  )
}
