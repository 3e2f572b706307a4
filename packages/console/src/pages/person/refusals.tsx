import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { withQuery } from '../../api/query.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { ReasonText } from '../../elements/reason.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { Explanation, type Refused } from './explanation.tsx'
import { words } from './refusals-words.ts'

const shown = '10'

/** What was refused to a person lately, at the sign-in and afterwards: why, by which rule, and what to do about it. */
export function Refusals({ id }: { id: string }) {
  const { api } = useConsole()
  const { scopes } = useSession()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call('GET /v1/activity', { query: { subject: id, outcome: 'refused', limit: shown }, signal }),
    [api, id],
  )
  const { value, problem } = usePolled(load, 10_000)
  return (
    <Section title={say.refusals}>
      <List
        caption={say.refusals}
        rows={value?.items}
        problem={problem}
        empty={say.none}
        keyOf={({ id }) => id}
        columns={[
          { title: say.time, cell: ({ at }) => <Time at={at} exact /> },
          {
            title: say.event,
            cell: (one) => <What refused={one} />,
          },
          { title: say.why, cell: (one) => <Why person={id} refused={one} /> },
          {
            title: say.address,
            cell: ({ address }) => (address === null ? <Absent /> : <code class="address">{address}</code>),
          },
        ]}
      />
      <p class="row">
        <a href={withQuery('#/sign-ins', { subject: id })}>{say.signIns}</a>
        {scopes.includes('permissions:check') && (
          <a href={withQuery('#/who', { subject: id })}>{say.whatTheyMay}</a>
        )}
      </p>
    </Section>
  )
}

/** A sign-in, or what was asked for. */
function What({ refused: { event, details } }: { refused: Refused }) {
  const say = useWords(words)
  if (event === 'user.sign_in') return <>{say.signIn}</>
  return <code>{typeof details.route === 'string' ? details.route : event}</code>
}

/** In words; opened, the rule behind it. */
function Why({ person, refused }: { person: string; refused: Refused }) {
  const say = useWords(words)
  const [isOpen, setOpen] = useState(false)
  const { reason, details } = refused
  const times = typeof details.count === 'number' ? details.count : 1
  return (
    <>
      {reason === null ? <Absent /> : <ReasonText reason={reason} />}
      {times > 1 && ` (${say.times(times)})`}
      {typeof details.permission === 'string' && (
        <>
          {' '}
          <code>{details.permission}</code>
        </>
      )}
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{say.explain}</summary>
        {isOpen && <Explanation person={person} refused={refused} />}
      </details>
    </>
  )
}
