import { useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { Edited } from '../../elements/edited.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { explainedBy, partnerWords } from '../../words/partners.ts'
import { words } from './words.ts'

interface AboutProps {
  readonly app: Answer<'GET /v1/apps/{id}'>
  readonly onChanged: () => void
}

/** The form that changes a partner, and the button that turns it off. */
export function About({ app, onChanged }: AboutProps) {
  const { api } = useConsole()
  const say = { ...useWords(partnerWords), ...useWords(words) }
  const [isSaved, setIsSaved] = useState(false)
  const { problem, run } = useAction()
  const { id } = app
  const save = async ({ text }: Fields, ifVersion: number) => {
    const body = {
      name: text('name'),
      user_type: text('user_type') || null,
      longest_session_seconds: Number(text('longest_session_seconds')),
      jwks_uri: text('jwks_uri') || null,
    }
    await api.call('PATCH /v1/apps/{id}', { path: { id }, body, ifVersion })
    setIsSaved(true)
  }
  return (
    <Section title={say.rules}>
      <Edited stored={app} versionOf={({ version }) => version} onChanged={onChanged}>
        {(shown, change) => (
          <PartnerForm app={shown} onSave={(fields) => change(() => save(fields, shown.version))} />
        )}
      </Edited>
      <p role="status">{isSaved && say.saved}</p>
      <p class="below">
        <ConfirmButton
          label={say.end}
          means={say.endMeans}
          now={say.endNow}
          onConfirmed={(confirmed) =>
            void run(async () => {
              await api.end(confirmed, 'POST /v1/apps/{id}/disable', { path: { id } })
              onChanged()
            })
          }
        />
      </p>
      <ProblemNotice problem={problem} />
    </Section>
  )
}

interface PartnerFormProps {
  readonly app: AboutProps['app']
  readonly onSave: (fields: Fields) => Promise<void>
}

function PartnerForm({ app, onSave }: PartnerFormProps) {
  const say = { ...useWords(partnerWords), ...useWords(words) }
  return (
    <Form action={say.save} layout="stacked" keepsFields explain={explainedBy(say)} onSubmit={onSave}>
      <TextField
        label={say.name}
        name="name"
        required
        maxLength={100}
        autocomplete="off"
        defaultValue={app.name}
      />
      <TextField
        label={say.optional(say.userType)}
        hint={say.userTypeHint}
        name="user_type"
        maxLength={64}
        autocomplete="off"
        autocapitalize="none"
        defaultValue={app.user_type ?? ''}
      />
      <TextField
        label={say.longestSession}
        hint={say.longestSessionHint}
        name="longest_session_seconds"
        type="number"
        required
        min={60}
        max={7776000}
        defaultValue={String(app.longest_session_seconds)}
      />
      <TextField
        label={say.optional(say.keySetUrl)}
        hint={say.keySetUrlHint}
        name="jwks_uri"
        type="url"
        maxLength={2000}
        autocomplete="off"
        defaultValue={app.jwks_uri ?? ''}
      />
    </Form>
  )
}
