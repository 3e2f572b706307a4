import type { Answer } from '../../api/api.ts'
import { useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { Absent, Outcome, Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

export type Person = Answer<'GET /v1/users/{id}'>

/** What a person is called, of what type they are, and whether they can sign in. */
export function Facts({ person }: { person: Person }) {
  const say = useWords(words)
  const isEnabled = person.disabled_at === null
  return (
    <dl class="facts">
      <Fact title={say.displayName}>{person.display_name ?? <Absent />}</Fact>
      <Fact title={say.userType}>{person.user_type}</Fact>
      <Fact title={say.status}>
        <span role="status">
          <Outcome kind={isEnabled ? 'success' : 'refused'} word={isEnabled ? say.enabled : say.disabled} />
        </span>
      </Fact>
      <Fact title={say.lastSignIn}>
        <Time at={person.last_sign_in_at} />
      </Fact>
      <Fact title={say.created}>
        <Time at={person.created_at} exact />
      </Fact>
    </dl>
  )
}
