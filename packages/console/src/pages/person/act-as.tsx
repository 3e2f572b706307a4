import { useConsole, useWords } from '../../context.ts'
import { ActingBar } from '../../elements/acting-bar.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { actingWords } from '../../words/acting.ts'
import type { Person } from './facts.tsx'

/** Act as a person, with a reason that they can read. */
export function ActAs({ person: { id, user_type: userType } }: { person: Person }) {
  const { api, act } = useConsole()
  const say = useWords(actingWords)
  const begin = async ({ text }: Fields) => {
    const answer = await api.call('POST /v1/users/{id}/act-as', {
      path: { id },
      body: { reason: text('reason') },
    })
    act({
      accessToken: answer.access_token,
      endsAtMs: Date.now() + answer.expires_in * 1000,
      Bar: ActingBar,
      session: {
        ...{ subject: answer.user.id, username: answer.user.username, userType },
        ...{ sessionId: answer.session_id, scopes: answer.permissions, authTimeMs: undefined },
      },
    })
    location.hash = ''
  }
  return (
    <Section title={say.actAs}>
      <Form action={say.actAs} onSubmit={begin}>
        <TextField label={say.reason} hint={say.actHint} name="reason" required maxLength={200} />
      </Form>
    </Section>
  )
}
