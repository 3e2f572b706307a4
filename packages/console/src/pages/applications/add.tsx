import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextAreaField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { ShownOnce } from '../../elements/shown-once.tsx'
import { linesOf } from '../../services/rules.ts'
import { applicationWords } from '../../words/applications.ts'
import { words } from './words.ts'

const types = ['web', 'browser', 'native', 'agent'] as const

/** The form that registers an application, and the secret of the one that it has made. */
export function Add({ onAdded }: { onAdded: () => void }) {
  const { api } = useConsole()
  const say = { ...useWords(applicationWords), ...useWords(words) }
  const [made, setMade] = useState<{ readonly name: string; readonly secret: string | null }>()
  const add = async ({ text, exact }: Fields) => {
    const scopes = linesOf(exact('scopes'))
    const body = {
      name: text('name'),
      type: types.find((name) => name === text('type')) ?? 'web',
      redirect_uris: linesOf(exact('redirect_uris')),
      ...(scopes.length > 0 && { scopes }),
    } as const
    setMade(await api.call('POST /v1/applications', { body }))
    onAdded()
  }
  return (
    <Section title={say.add}>
      {made && made.secret !== null && (
        <ShownOnce text={say.isSecret(made.name)} secret={made.secret} onDone={() => setMade(undefined)} />
      )}
      <p role="status">{made?.secret === null && say.made(made.name)}</p>
      <Form action={say.add} layout="stacked" onSubmit={add}>
        <TextField label={say.name} name="name" required maxLength={100} autocomplete="off" />
        <SelectField
          label={say.type}
          name="type"
          options={types.map((value) => ({ value, label: say[`${value}Hint`] }))}
        />
        <TextAreaField
          label={say.redirects}
          hint={say.redirectsHint}
          name="redirect_uris"
          required
          rows={3}
          spellcheck={false}
          autocapitalize="none"
        />
        <TextAreaField
          label={say.optional(say.scopes)}
          hint={say.scopesHint}
          name="scopes"
          rows={3}
          spellcheck={false}
          autocapitalize="none"
          defaultValue={'openid\nprofile\nemail'}
        />
        <p class="hint">{say.more}</p>
      </Form>
    </Section>
  )
}
