import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { AccountPage } from '../../elements/account-page.tsx'
import { List } from '../../elements/list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { foreign, usePasskeyProblems } from '../../elements/sign-in/passkey-problems.ts'
import { Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import type { Approval } from './approval.ts'
import { Waiting } from './waiting.tsx'
import { words } from './words.ts'

/** The commands that agents ask one for, and what became of them. */
export function Page({ title }: PageProps) {
  const { api, passkeys } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/approvals', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 3_000)
  const { busy, problem, run } = useAction()
  const explain = useExplanations()
  const allow = ({ id }: Approval) =>
    void run(async () => {
      const path = { id }
      const { public_key } = await api.call('POST /v1/me/approvals/{id}/options', { path })
      if (public_key === null) {
        await api.call('POST /v1/me/approvals/{id}/allow', { path, body: {} })
        return reload()
      }
      const outcome = await passkeys.ask(async () => public_key)
      if (outcome.kind === 'foreign') throw foreign()
      if (outcome.kind !== 'given') return
      await api.call('POST /v1/me/approvals/{id}/allow', { path, body: { passkey: outcome.value } })
      reload()
    })
  const deny = ({ id }: Approval) =>
    void run(async () => {
      await api.call('POST /v1/me/approvals/{id}/deny', { path: { id } })
      reload()
    })
  const waiting = value?.items.filter(({ state }) => state === 'waiting')
  return (
    <AccountPage title={title} current="agents">
      <p class="hint">{say.about}</p>
      <Section title={say.waiting}>
        <ProblemNotice problem={problem} explain={explain} />
        {waiting?.length === 0 && <p class="hint">{say.noneWaiting}</p>}
        {waiting?.map((approval) => (
          <Waiting key={approval.id} {...{ approval, busy }} onAllow={allow} onDeny={deny} />
        ))}
      </Section>
      <Section title={say.decided}>
        <List
          caption={say.decided}
          rows={value?.items.filter(({ state }) => state !== 'waiting')}
          problem={notLoaded}
          empty={say.noneDecided}
          keyOf={({ id }) => id}
          columns={[
            { title: say.agent, cell: ({ application_name }) => application_name },
            {
              title: say.device,
              cell: ({ device, device_name }) => <a href={`#/devices/${device}`}>{device_name}</a>,
            },
            { title: say.command, cell: ({ method }) => <code>{method}</code> },
            { title: say.outcome, cell: (approval) => <Became {...approval} /> },
            { title: say.asked, cell: ({ created_at }) => <Time at={created_at} /> },
          ]}
        />
      </Section>
    </AccountPage>
  )
}

function Became({ state, reply, failure }: Approval) {
  const say = useWords(words)
  const became = {
    ...{ waiting: say.waiting, over: say.isOver, denied: say.isDenied, sent: say.isSent },
    ...{ answered: say.isAnswered, failed: say.hasFailed },
  }
  return (
    <>
      {became[state]}
      {reply !== null && <> {reply.status}</>}
      {failure !== null && (
        <>
          {' '}
          <code class="faint">{failure}</code>
        </>
      )}
    </>
  )
}

function useExplanations(): (problem: Problem) => string | undefined {
  const say = useWords(words)
  const explainPasskey = usePasskeyProblems()
  return (problem) =>
    ({ approval_over: say.overNow, permission_missing: say.notYours, device_not_found: say.gone })[
      problem.code
    ] ?? explainPasskey(problem)
}
