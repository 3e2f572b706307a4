import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { useLater } from '../../elements/later.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import type { PageProps } from '../../page-definition.ts'
import { About } from './about.tsx'
import { Facts } from './facts.tsx'
import { words } from './words.ts'

const loadHolders = () => import('./holders.tsx').then(({ Holders }) => Holders)
const loadSharedKeys = () => import('./shared-keys.tsx').then(({ SharedKeys }) => SharedKeys)
const loadOwnKeys = () => import('./own-keys.tsx').then(({ OwnKeys }) => OwnKeys)
const loadConfiguration = () => import('./configuration.tsx').then(({ Configuration }) => Configuration)
const loadWorkloads = () =>
  import('../../elements/workload-list.tsx').then(({ WorkloadList }) => WorkloadList)
const loadTokens = () => import('./tokens.tsx').then(({ Tokens }) => Tokens)

/** One service: what it is, who has its scopes, its keys, and what its tokens say. */
export function Page({ title, params: { id = '' } }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const mayWrite = useSession().scopes.includes('services:write')
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/services/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: service, problem, reload } = usePolled(load, 10_000)
  const [Holders, Tokens] = [useLater(loadHolders), useLater(loadTokens)]
  const [SharedKeys, OwnKeys] = [useLater(loadSharedKeys), useLater(loadOwnKeys)]
  const [Configuration, Workloads] = [useLater(loadConfiguration), useLater(loadWorkloads)]
  const isCalled = service !== undefined && service.audience !== null && service.disabled_at === null
  return (
    <>
      <p>
        <a href="#/services">← {say.back}</a>
      </p>
      <h1>{service?.name ?? title}</h1>
      <ProblemNotice problem={problem} />
      {!service && !problem && <p class="faint late">{say.loading}</p>}
      {service && <Facts service={service} />}
      {isCalled && Holders && <Holders service={service} mayWrite={mayWrite} />}
      {isCalled && service.profile.key === 'shared' && SharedKeys && (
        <SharedKeys id={id} mayWrite={mayWrite} />
      )}
      {isCalled && service.profile.key === 'own' && OwnKeys && <OwnKeys id={id} mayWrite={mayWrite} />}
      {isCalled && service.profile.name !== 'plain' && Configuration && <Configuration id={id} />}
      {service && Workloads && (
        <Workloads of="services" id={id} mayChange={mayWrite && service.disabled_at === null} />
      )}
      {service && mayWrite && <About service={service} onChanged={reload} />}
      {isCalled && mayWrite && Tokens && <Tokens service={service} onChanged={reload} />}
    </>
  )
}
