import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { List } from '../../elements/list.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome } from '../../elements/signs.tsx'
import { moment } from '../../format.ts'
import { words } from './words.ts'

type Shown = Answer<'GET /v1/users/{id}/permissions'>
type Rule = Shown['items'][number]['rules'][number]

/** What a person may do and the rules that decide it: now, or at a moment of the past. */
export function Permissions({ id, changes }: { id: string; changes: number }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [at, setAt] = useState<string>()
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call('GET /v1/users/{id}/permissions', { path: { id }, query: { at }, signal }),
    [api, id, at],
  )
  const { value, problem, reload } = usePolled(load, 10_000)
  // Asked again after each change.
  useEffect(reload, [reload, changes])
  const show = async ({ text }: Fields) => {
    const typed = text('at')
    // The field is in the reader's time zone; the server takes UTC.
    setAt(typed === '' ? undefined : new Date(typed).toISOString())
  }
  return (
    <Section title={say.permissions}>
      <Form action={say.show} keepsFields role="search" onSubmit={show}>
        <TextField
          label={say.optional(say.asOf)}
          hint={say.asOfHint}
          name="at"
          type="datetime-local"
          step="1"
        />
      </Form>
      <div role="status">{at !== undefined && value && <Moment shown={value} />}</div>
      <List
        caption={say.permissions}
        rows={value?.items}
        problem={problem}
        empty={say.noPermissions}
        keyOf={({ permission }) => permission}
        columns={[
          { title: say.permission, cell: ({ permission }) => <PermissionName name={permission} /> },
          {
            title: say.may,
            cell: ({ allowed }) => (
              <Outcome kind={allowed ? 'success' : 'refused'} word={allowed ? say.yes : say.no} />
            ),
          },
          {
            title: say.why,
            cell: ({ rules }) => (
              <ol class="rules">
                {rules.map((rule) => (
                  <li key={'id' in rule ? rule.id : rule.kind}>
                    <RuleText rule={rule} />
                  </li>
                ))}
              </ol>
            ),
          },
        ]}
      />
    </Section>
  )
}

function Moment({ shown }: { shown: Shown }) {
  const { language } = useConsole()
  const say = useWords(words)
  const { known, log_begins_at: begins, user_type: type } = shown
  if (!known) return <p>{begins === null ? say.logEmpty : say.logBegins(moment(language, begins))}</p>
  if (type === null) return <p>{say.notThere}</p>
  return (
    <p>
      {say.shownAt(moment(language, shown.at))} {say.ofType(type)}
    </p>
  )
}

function RuleText({ rule }: { rule: Rule }) {
  const { language } = useConsole()
  const say = useWords(words)
  if (rule.kind === 'user_type') return <a href="#/user-types">{say.ofType(rule.user_type)}</a>
  const { kind, until, reason, created_by: by } = rule
  return (
    <>
      {kind === 'grant' ? say.granted : say.denied}{' '}
      {by === null ? (
        say.by(say.operator)
      ) : (
        <a href={`#/people/${encodeURIComponent(by.id)}`}>{say.by(by.username ?? by.id)}</a>
      )}{' '}
      <span class="faint">{until === null ? say.forGood : say.until(moment(language, until))}</span>
      <span class="hint">{reason}</span>
    </>
  )
}
