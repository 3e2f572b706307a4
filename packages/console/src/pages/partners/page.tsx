import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ListPage } from '../../elements/list-page.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { explainedBy, partnerWords } from '../../words/partners.ts'
import { words } from './words.ts'

/** The apps of other companies, and the form that registers one. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = { ...useWords(partnerWords), ...useWords(words) }
  const mayWrite = useSession().scopes.includes('apps:write')
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/apps', { query: { after }, signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  return (
    <ListPage
      title={title}
      list={list}
      empty={say.none}
      keyOf={({ id }) => id}
      controls={<p class="hint">{say.hint}</p>}
      columns={[
        { title: say.name, cell: ({ id, name }) => <a href={`#/partners/${id}`}>{name}</a> },
        { title: say.makes, cell: ({ user_type }) => user_type ?? <span class="faint">{say.nobody}</span> },
        { title: say.keys, cell: ({ jwks_uri }) => (jwks_uri === null ? say.given : say.published) },
        { title: say.time, cell: ({ created_at }) => <Time at={created_at} /> },
        {
          title: say.status,
          cell: ({ disabled_at }) => (
            <Outcome
              kind={disabled_at === null ? 'success' : 'refused'}
              word={disabled_at === null ? say.enabled : say.disabled}
            />
          ),
        },
      ]}
    >
      {mayWrite && <Add onAdded={list.reload} />}
    </ListPage>
  )
}

function Add({ onAdded }: { onAdded: () => void }) {
  const { api } = useConsole()
  const say = { ...useWords(partnerWords), ...useWords(words) }
  const add = async ({ text }: Fields) => {
    const body = {
      name: text('name'),
      user_type: text('user_type') || null,
      jwks_uri: text('jwks_uri') || null,
    }
    await api.call('POST /v1/apps', { body })
    onAdded()
  }
  return (
    <Section title={say.add}>
      <Form action={say.add} layout="stacked" explain={explainedBy(say)} onSubmit={add}>
        <TextField label={say.name} name="name" required maxLength={100} autocomplete="off" />
        <TextField
          label={say.optional(say.userType)}
          hint={say.userTypeHint}
          name="user_type"
          maxLength={64}
          autocomplete="off"
          autocapitalize="none"
        />
        <TextField
          label={say.optional(say.keySetUrl)}
          hint={say.keySetUrlHint}
          name="jwks_uri"
          type="url"
          maxLength={2000}
          autocomplete="off"
        />
        <p class="hint">{say.more}</p>
      </Form>
    </Section>
  )
}
