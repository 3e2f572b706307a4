import type { Item } from '../api/api.ts'
import type { Confirmed } from '../api/endings.ts'
import type { Problem } from '../api/problem.ts'
import { useWords } from '../context.ts'
import { letInWords } from '../words/let-in.ts'
import { ConfirmButton } from './confirm.tsx'
import { List } from './list.tsx'
import { PermissionName } from './permission.tsx'
import { Time } from './signs.tsx'

type LetIn = Item<'GET /v1/users/{id}/applications'>
type Detail = NonNullable<LetIn['consents'][number]['authorization_details']>[number]

interface LetInListProps {
  readonly caption: string
  readonly applications: readonly LetIn[] | undefined
  readonly problem: Problem | undefined
  readonly empty: string
  /** Not given to whoever may only look. */
  readonly onTakeBack?: ((confirmed: Confirmed, application: string) => void) | undefined
}

/** The applications that somebody has let in, what they may do, and the way to take that back. */
export function LetInList({ caption, applications, problem, empty, onTakeBack }: LetInListProps) {
  const say = useWords(letInWords)
  const action = {
    title: say.action,
    cell: ({ application, name }: LetIn) =>
      onTakeBack && (
        <ConfirmButton
          label={say.takeBack}
          concerns={say.takeBackWhich(name)}
          means={say.takeBackMeans}
          now={say.takeBackNow}
          nowConcerns={say.takeBackNowWhich(name)}
          onConfirmed={(confirmed) => onTakeBack(confirmed, application)}
        />
      ),
  }
  return (
    <List
      caption={caption}
      rows={applications}
      problem={problem}
      empty={empty}
      keyOf={({ application }) => application}
      columns={[
        { title: say.name, cell: (one) => <Named {...one} /> },
        { title: say.may, cell: (one) => <Given {...one} /> },
        { title: say.now, cell: ({ sessions }) => (sessions === 0 ? say.no : say.sessions(sessions)) },
        { title: say.lastUse, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
        ...(onTakeBack ? [action] : []),
      ]}
    />
  )
}

function Named({ application, name, type }: LetIn) {
  const say = useWords(letInWords)
  return (
    <>
      {name} {type === 'agent' && <span class="hint">({say.agent})</span>}
      <p class="hint">
        <code>{application}</code>
      </p>
    </>
  )
}

/** What was let be done, for this server and for each service. */
function Given({ consents }: LetIn) {
  const say = useWords(letInWords)
  if (consents.length === 0) return <span class="hint">{say.unasked}</span>
  return (
    <>
      {consents.map(({ resource, scopes, authorization_details: devices, given_at }) => (
        <div key={resource}>
          {scopes
            .filter((scope) => devices === null || !scope.startsWith('devices:'))
            .map((scope) => (
              <div key={scope}>
                <PermissionName name={scope} />
              </div>
            ))}
          {devices?.map((device) => (
            <Device key={device.identifier} {...device} />
          ))}
          <p class="hint">
            {resource !== null && `${say.at(resource)} · `}
            {say.since} <Time at={given_at} />
          </p>
        </div>
      ))}
    </>
  )
}

/** What it may do with one device, and until when. */
function Device({ identifier, actions, methods, expires_at: end }: Detail) {
  const say = useWords(letInWords)
  const deeds = actions.map((action) => {
    if (action === 'view') return say.view
    return methods === undefined ? say.control : say.send(methods.join(', '))
  })
  return (
    <div>
      <a href={`#/devices/${identifier}`}>{identifier}</a>: {deeds.join(say.and)}
      {end !== undefined && (
        <>
          {say.until} <Time at={new Date(end * 1000).toISOString()} />
        </>
      )}
    </div>
  )
}
