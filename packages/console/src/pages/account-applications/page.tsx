import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { AccountPage } from '../../elements/account-page.tsx'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { words } from './words.ts'

type LetIn = Item<'GET /v1/me/applications'>
type Detail = NonNullable<LetIn['consents'][number]['authorization_details']>[number]

/** The applications that one has let in, and the way to take that back. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/applications', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const takeBack = (confirmed: Confirmed, application: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/me/applications/{application}', { path: { application } })
      reload()
    })
  return (
    <AccountPage title={title} current="applications">
      <p class="hint">{say.about}</p>
      <Section title={say.letIn}>
        <List
          caption={say.letIn}
          rows={value?.items}
          problem={notLoaded ?? problem}
          empty={say.none}
          keyOf={({ application }) => application}
          columns={[
            { title: say.name, cell: (one) => <Named {...one} /> },
            { title: say.may, cell: (one) => <Given {...one} /> },
            {
              title: say.now,
              cell: ({ sessions }) => (sessions === 0 ? say.no : say.sessions(sessions)),
            },
            { title: say.lastUse, cell: ({ last_used_at }) => <Time at={last_used_at} /> },
            {
              title: say.action,
              cell: ({ application, name }) => (
                <ConfirmButton
                  label={say.takeBack}
                  concerns={say.takeBackWhich(name)}
                  means={say.takeBackMeans}
                  now={say.takeBackNow}
                  nowConcerns={say.takeBackNowWhich(name)}
                  onConfirmed={(confirmed) => takeBack(confirmed, application)}
                />
              ),
            },
          ]}
        />
      </Section>
    </AccountPage>
  )
}

function Named({ application, name, type }: LetIn) {
  const say = useWords(words)
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
  const say = useWords(words)
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
  const say = useWords(words)
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
