import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { programOf } from '../../user-agent.ts'
import { words } from './words.ts'

type Session = Item<'GET /v1/me/sessions'>

/** Where a person is signed in, each with the way to end it. */
export function Sessions() {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/sessions', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const [ended, setEnded] = useState(false)

  const end = (confirmed: Confirmed, session: string) =>
    void run(async () => {
      setEnded(false)
      await api.end(confirmed, 'DELETE /v1/me/sessions/{session}', { path: { session } })
      reload()
    })
  const endOthers = (confirmed: Confirmed) =>
    void run(async () => {
      await api.end(confirmed, 'POST /v1/me/sessions/end-others', {})
      setEnded(true)
      reload()
    })
  const nameOf = ({ user_agent }: Session) => {
    const { program, system } = programOf(user_agent ?? '')
    if (program === undefined) return say.unknownProgram
    return system === undefined ? program : say.onSystem(program, system)
  }
  return (
    <Section title={say.sessions}>
      <List
        caption={say.sessions}
        rows={value?.items}
        problem={notLoaded ?? problem}
        empty={say.noSessions}
        keyOf={({ id }) => id}
        columns={[
          { title: say.browser, cell: (session) => <Browser name={nameOf(session)} session={session} /> },
          {
            title: say.address,
            cell: ({ address }) => (address === '' ? <Absent /> : <code>{address}</code>),
          },
          { title: say.region, cell: ({ region }) => region ?? <Absent /> },
          { title: say.signedIn, cell: ({ created_at }) => <Time at={created_at} /> },
          { title: say.lastUsed, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
          {
            title: say.action,
            cell: (session) =>
              session.current ? (
                <span class="faint">{say.thisOne}</span>
              ) : (
                <ConfirmButton
                  label={say.end}
                  concerns={say.endWhich(nameOf(session), session.address)}
                  means={say.endMeans}
                  now={say.endNow}
                  nowConcerns={say.endNowWhich(nameOf(session), session.address)}
                  onConfirmed={(confirmed) => end(confirmed, session.id)}
                />
              ),
          },
        ]}
      />
      <div role="status">{ended && <p>{say.othersEnded}</p>}</div>
      {(value?.items.length ?? 0) > 1 && (
        <p class="below">
          <ConfirmButton
            label={say.endOthers}
            means={say.endOthersMeans}
            now={say.endOthersNow}
            onConfirmed={endOthers}
          />
        </p>
      )}
    </Section>
  )
}

/** The program, and the administrator who acts as the person by it. */
function Browser({ name, session: { acted_by: by } }: { name: string; session: Session }) {
  const say = useWords(words)
  if (by === null) return <>{name}</>
  return (
    <>
      {name}
      <p class="hint">{say.actedBy(by.username ?? by.id)}</p>
    </>
  )
}
