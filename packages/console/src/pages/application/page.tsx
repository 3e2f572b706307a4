import { useCallback, useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { applicationWords } from '../../words/applications.ts'
import { words } from './words.ts'

const loadSecrets = () => import('./secrets.tsx').then(({ Secrets }) => Secrets)
const loadWorkloads = () =>
  import('../../elements/workload-list.tsx').then(({ WorkloadList }) => WorkloadList)
const loadStreams = () => import('./streams.tsx').then(({ Streams }) => Streams)
const loadSettings = () => import('./settings.tsx').then(({ Settings }) => Settings)
const loadPeople = () => import('./people.tsx').then(({ People }) => People)
const loadFailures = () => import('./failures.tsx').then(({ Failures }) => Failures)
const loadEnd = () => import('./end.tsx').then(({ End }) => End)

/** One application: what it is, its secrets, its settings, and the way to turn it off. */
export function Page({ title, params: { id = '' } }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const { scopes } = useSession()
  const mayWrite = scopes.includes('applications:write')
  const [isGone, setGone] = useState(false)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/applications/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: application, problem, reload } = usePolled(load, 10_000)
  const [Secrets, Workloads] = [useLater(loadSecrets), useLater(loadWorkloads)]
  const [Settings, End] = [useLater(loadSettings), useLater(loadEnd)]
  const [Failures, People] = [useLater(loadFailures), useLater(loadPeople)]
  const Streams = useLater(loadStreams)
  const back = (
    <p>
      <a href="#/applications">← {say.back}</a>
    </p>
  )
  if (isGone) {
    return (
      <Section title={title} level={1}>
        {back}
        <p role="status">{say.removed}</p>
      </Section>
    )
  }
  return (
    <>
      {back}
      <h1>{application?.name ?? title}</h1>
      <ProblemNotice problem={problem} />
      {!application && !problem && <p class="faint late">{say.loading}</p>}
      {application && <Facts application={application} />}
      {application?.authentication === 'secret' && Secrets && (
        <Secrets id={id} name={application.name} mayChange={mayWrite} />
      )}
      {application && application.authentication !== 'none' && Workloads && (
        <Workloads of="applications" id={id} mayChange={mayWrite} />
      )}
      {application && scopes.includes('users:read') && People && <People id={id} />}
      {application && scopes.includes('activity:read') && Failures && <Failures id={id} />}
      {application?.grants.includes('client_credentials') && Streams && (
        <Streams id={id} mayChange={mayWrite} />
      )}
      {application && mayWrite && Settings && <Settings application={application} onChanged={reload} />}
      {application && mayWrite && End && (
        <End application={application} onChanged={reload} onRemoved={() => setGone(true)} />
      )}
    </>
  )
}

function Facts({ application }: { application: Answer<'GET /v1/applications/{id}'> }) {
  const say = { ...useWords(applicationWords), ...useWords(words) }
  const isEnabled = application.disabled_at === null
  const { jwks_uri: uri } = application
  return (
    <>
      <dl class="facts">
        <Fact title={say.id}>
          <code>{application.id}</code>
        </Fact>
        <Fact title={say.status}>
          <Outcome kind={isEnabled ? 'success' : 'refused'} word={isEnabled ? say.enabled : say.disabled} />
        </Fact>
        <Fact title={say.type}>{say[application.type]}</Fact>
        <Fact title={say.proof}>{say[application.authentication]}</Fact>
        {application.authentication === 'key' && (
          <Fact title={say.keySet}>{uri === null ? say.keySetHere : <code>{uri}</code>}</Fact>
        )}
        <Fact title={say.redirects}>
          <Lines texts={application.redirect_uris} />
        </Fact>
        <Fact title={say.scopes}>
          <code>{application.scopes.join(' ')}</code>
        </Fact>
        <Fact title={say.grants}>
          <Lines texts={application.grants} />
        </Fact>
        <Fact title={say.consent}>{application.is_first_party ? say.notAsked : say.asked}</Fact>
        <Fact title={say.subjects}>{say[application.subject_type]}</Fact>
        <Fact title={say.registered}>
          <Time at={application.created_at} exact /> · {say.by}: {say[application.made_by]}
        </Fact>
        <Fact title={say.lastUsed}>
          <Time at={application.last_used_at} />
        </Fact>
      </dl>
      {!application.requires_pkce && <p class="notice">{say.pkceFree}</p>}
    </>
  )
}

function Lines({ texts }: { texts: readonly string[] }) {
  return texts.map((text) => (
    <div key={text}>
      <code>{text}</code>
    </div>
  ))
}
