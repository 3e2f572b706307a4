import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Permission } from '../../api/api.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { Edited } from '../../elements/edited.tsx'
import { TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { Section } from '../../elements/section.tsx'
import type { Service } from '../../services/profiles.ts'
import { explainedBy, linesOf } from '../../services/rules.ts'
import { permissionNames } from '../../words/permissions.ts'
import { serviceWords } from '../../words/services.ts'
import { words } from './words.ts'

interface AboutProps {
  readonly service: Service
  readonly onChanged: () => void
}

/** The form that changes a service, and the button that turns it off. */
export function About({ service, onChanged }: AboutProps) {
  const { api } = useConsole()
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const [isSaved, setIsSaved] = useState(false)
  const { problem, run } = useAction()
  const { id } = service
  const save = async ({ text, exact }: Fields, ifVersion: number) => {
    const audience = text('audience')
    const scopes: readonly Permission[] = permissionNames.filter((name) => text(`may ${name}`) === 'on')
    const body = {
      name: text('name'),
      audience: audience === '' ? null : audience,
      known_scopes: linesOf(exact('known_scopes')),
      scopes,
    }
    await api.call('PATCH /v1/services/{id}', { path: { id }, body, ifVersion })
    setIsSaved(true)
  }
  return (
    <Section title={say.about}>
      <Edited stored={service} versionOf={({ version }) => version} onChanged={onChanged}>
        {(shown, change) => (
          <ServiceForm service={shown} onSave={(fields) => change(() => save(fields, shown.version))} />
        )}
      </Edited>
      <p role="status">{isSaved && say.saved}</p>
      {service.disabled_at === null && (
        <p class="below">
          <ConfirmButton
            label={say.end}
            means={say.endMeans}
            now={say.endNow}
            onConfirmed={(confirmed) =>
              void run(async () => {
                await api.end(confirmed, 'POST /v1/services/{id}/disable', { path: { id } })
                onChanged()
              })
            }
          />
        </p>
      )}
      <ProblemNotice problem={problem} />
    </Section>
  )
}

interface ServiceFormProps {
  readonly service: Service
  readonly onSave: (fields: Fields) => Promise<void>
}

function ServiceForm({ service, onSave }: ServiceFormProps) {
  const session = useSession()
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const held = service.scope.split(' ')
  // Nobody gives what they do not hold; what it has beyond that stays, and then the server refuses the form.
  const offered = permissionNames.filter((name) => session.scopes.includes(name) || held.includes(name))
  return (
    <Form action={say.save} layout="stacked" keepsFields explain={explainedBy(say)} onSubmit={onSave}>
      <TextField
        label={say.name}
        name="name"
        required
        maxLength={100}
        autocomplete="off"
        defaultValue={service.name}
      />
      <TextField
        label={say.optional(say.audience)}
        hint={say.audienceHint}
        name="audience"
        maxLength={200}
        autocomplete="off"
        autocapitalize="none"
        defaultValue={service.audience ?? ''}
      />
      <TextAreaField
        label={say.optional(say.knownScopes)}
        hint={`${say.knownScopesHint} ${say.aboutHint}`}
        name="known_scopes"
        rows={Math.max(3, service.known_scopes.length + 1)}
        defaultValue={service.known_scopes.join('\n')}
      />
      <fieldset>
        <legend>{say.permissions}</legend>
        <p class="hint">{say.permissionsHint}</p>
        {offered.map((name) => (
          <label key={name} class="check">
            <input type="checkbox" name={`may ${name}`} defaultChecked={held.includes(name)} />{' '}
            <PermissionName name={name} />
          </label>
        ))}
      </fieldset>
    </Form>
  )
}
