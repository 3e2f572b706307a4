import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Time } from '../../elements/signs.tsx'
import { moment } from '../../format.ts'
import { words } from './words.ts'

/** What the server knows a person by, and whether a second factor keeps others out. */
export function Who() {
  const { api, language } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [me, factors] = await Promise.all([
        api.call('GET /v1/me', { signal }),
        api.call('GET /v1/me/factors', { signal }),
      ])
      return { me, factors }
    },
    [api],
  )
  const { value, problem } = usePolled(load, 60_000)
  return (
    <Section title={say.who}>
      <ProblemNotice problem={problem} />
      {!value && !problem && <p class="faint late">{say.loading}</p>}
      {value?.factors.required && !value.factors.in_force && (
        <p class="notice">
          {value.factors.due_at === null
            ? say.factorRequired
            : say.factorDue(moment(language, value.factors.due_at))}{' '}
          <a href="#/account/security">{say.toSecurity}</a>
        </p>
      )}
      {value && (
        <dl class="facts">
          <Fact title={say.username}>{value.me.username}</Fact>
          <Fact title={say.displayName}>{value.me.display_name ?? <Absent />}</Fact>
          <Fact title={say.userType}>{value.me.user_type}</Fact>
          <Fact title={say.factor}>
            <a href="#/account/security">{value.factors.in_force ? say.inForce : say.none}</a>
          </Fact>
          <Fact title={say.lastSignIn}>
            <Time at={value.me.last_sign_in_at} />
          </Fact>
          <Fact title={say.created}>
            <Time at={value.me.created_at} exact />
          </Fact>
        </dl>
      )}
    </Section>
  )
}
