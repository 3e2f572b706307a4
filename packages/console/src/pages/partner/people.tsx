import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePaged } from '../../api/paged.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** The people of a partner, and the form that says who is meant by a name of theirs. */
export function People({ id, mayChange }: { id: string; mayChange: boolean }) {
  const { api } = useConsole()
  const say = useWords(words)
  const maySee = useSession().scopes.includes('users:read')
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/apps/{id}/people', { path: { id }, query: { after }, signal }),
    [api, id],
  )
  const list = usePaged(load, 10_000)
  const { problem, run } = useAction()
  const unlink = (confirmed: Confirmed, user: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/apps/{id}/people/{user}', { path: { id, user } })
      list.reload()
    })
  const link = async ({ text, exact }: Fields) => {
    const body = { sub: exact('sub'), user_id: text('user_id') }
    await api.call('POST /v1/apps/{id}/people', { path: { id }, body })
    list.reload()
  }
  const problems: Readonly<Record<string, string>> = {
    user_not_found: say.userUnknown,
    person_linked: say.alreadyLinked,
  }
  const explain = ({ code }: Problem) => problems[code]
  return (
    <Section title={say.people}>
      <p class="hint">{say.peopleHint}</p>
      <List
        caption={say.people}
        rows={list.value?.items}
        problem={list.problem ?? problem}
        empty={say.noPeople}
        keyOf={({ user_id }) => user_id}
        columns={[
          { title: say.sub, cell: ({ sub }) => <code>{sub}</code> },
          {
            title: say.username,
            cell: ({ user_id, username }) =>
              maySee ? <a href={`#/people/${user_id}`}>{username}</a> : username,
          },
          { title: say.by, cell: ({ source }) => say[source] },
          { title: say.since, cell: ({ created_at }) => <Time at={created_at} /> },
          { title: say.lastSignIn, cell: ({ last_sign_in_at }) => <Time at={last_sign_in_at} /> },
          {
            title: say.action,
            cell: ({ sub, user_id }) =>
              mayChange && (
                <ConfirmButton
                  label={say.unlink}
                  concerns={say.unlinkWhom(sub)}
                  means={say.unlinkMeans(sub)}
                  now={say.unlinkNow}
                  onConfirmed={(confirmed) => unlink(confirmed, user_id)}
                />
              ),
          },
        ]}
      />
      <Pager list={list} />
      {mayChange && (
        <Form action={say.link} label={say.link} explain={explain} onSubmit={link}>
          <TextField
            label={say.sub}
            hint={say.subHint}
            name="sub"
            required
            maxLength={200}
            autocomplete="off"
            autocapitalize="none"
          />
          <TextField
            label={say.userId}
            hint={say.userIdHint}
            name="user_id"
            required
            maxLength={64}
            autocomplete="off"
            autocapitalize="none"
          />
        </Form>
      )}
    </Section>
  )
}
