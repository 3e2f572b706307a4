import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { profileNames } from '../../services/profiles.ts'
import { explainedBy, linesOf } from '../../services/rules.ts'
import { serviceWords } from '../../words/services.ts'
import { words } from './words.ts'

/** The form that registers a service, and the secret of the one that it has made. */
export function Add({ onAdded }: { onAdded: () => void }) {
  const { api } = useConsole()
  const say = { ...useWords(serviceWords), ...useWords(words) }
  const [made, setMade] = useState<{ readonly name: string; readonly secret: string }>()
  const add = async ({ text, exact }: Fields) => {
    const audience = text('audience')
    const body = {
      name: text('name'),
      audience: audience === '' ? null : audience,
      known_scopes: linesOf(exact('known_scopes')),
      profile: { name: profileNames.find((name) => name === text('profile')) ?? 'plain' },
    } as const
    setMade(await api.call('POST /v1/services', { body }))
    onAdded()
  }
  return (
    <Section title={say.add}>
      {made && (
        <ShownOnce text={say.isSecret(made.name)} secret={made.secret} onDone={() => setMade(undefined)} />
      )}
      <Form action={say.add} layout="stacked" explain={explainedBy(say)} onSubmit={add}>
        <TextField label={say.name} name="name" required maxLength={100} autocomplete="off" />
        <TextField
          label={say.optional(say.audience)}
          hint={say.audienceHint}
          name="audience"
          maxLength={200}
          autocomplete="off"
          autocapitalize="none"
        />
        <TextAreaField
          label={say.optional(say.knownScopes)}
          hint={say.knownScopesHint}
          name="known_scopes"
          rows={3}
        />
        <SelectField
          label={say.profile}
          name="profile"
          options={profileNames.map((name) => ({ value: name, label: name }))}
        />
        <p class="hint">{say.more}</p>
      </Form>
    </Section>
  )
}
