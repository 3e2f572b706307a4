import { useCallback, useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { AttributeFields, changedValues } from '../../elements/attribute-fields.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { moment } from '../../format.ts'
import { words } from './words.ts'

export type Invited = Answer<'POST /v1/users/{id}/invite'> & { readonly username: string }

/** The form that creates an account, which its owner opens with a link. */
export function Invite({ onInvited }: { onInvited: (invited: Invited) => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const loadTypes = useCallback((signal: AbortSignal) => api.call('GET /v1/user-types', { signal }), [api])
  const types = usePolled(loadTypes, 60_000)
  const loadAttributes = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/attributes', { signal }),
    [api],
  )
  const asked = (usePolled(loadAttributes, 60_000).value?.items ?? []).filter(({ required }) => required)
  const invite = async (fields: Fields) => {
    const { text } = fields
    const name = text('display_name')
    const body = {
      username: text('username'),
      user_type: text('user_type'),
      ...(name !== '' && { display_name: name }),
      attributes: changedValues(asked, fields),
    }
    onInvited(await api.call('POST /v1/users', { body }))
  }
  // The type with the fewest permissions comes first.
  const sorted = (types.value?.items ?? []).toSorted(
    (a, b) => Number(b.name === 'customer') - Number(a.name === 'customer'),
  )
  return (
    <Section title={say.invite}>
      <ProblemNotice problem={types.problem} />
      <Form action={say.invite} isMain onSubmit={invite}>
        <TextField label={say.username} name="username" required maxLength={200} autocomplete="off" />
        <TextField
          label={say.optional(say.displayName)}
          name="display_name"
          maxLength={200}
          autocomplete="off"
        />
        <SelectField
          label={say.userType}
          name="user_type"
          options={sorted.map(({ name }) => ({ value: name, label: name }))}
        />
        <AttributeFields attributes={asked} />
      </Form>
    </Section>
  )
}

/** The link of an invitation. The server does not show it a second time. */
export function InvitationLink({ invited: { username, link, expires_at } }: { invited: Invited }) {
  const { language } = useConsole()
  const say = useWords(words)
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => navigator.clipboard.writeText(link).then(() => setIsCopied(true))
  return (
    <div class="notice">
      <p>{say.inviteDone(username)}</p>
      <p>
        <code class="link">{link}</code>
      </p>
      <p class="row">
        {/* Browsers give the clipboard to https and loopback only; elsewhere the reader selects the link and copies it. */}
        {'clipboard' in navigator && (
          <button type="button" onClick={() => void copy()}>
            {isCopied ? say.copied : say.copy}
          </button>
        )}
        <span class="faint">{say.linkUntil(moment(language, expires_at))}</span>
      </p>
    </div>
  )
}
