import { useCallback } from 'preact/hooks'
import type { Item } from '../../api/api.ts'
import { usePaged } from '../../api/paged.ts'
import { withQuery } from '../../api/query.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ListPage } from '../../elements/list-page.tsx'
import { Outcome, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { alarmWords, ruleName, ruleNames, severities } from '../../words/alarms.ts'
import { Alarm } from './alarm.tsx'
import { words } from './words.ts'

const states = ['open', 'acknowledged', 'closed'] as const
const fields = ['state', 'rule', 'severity', 'subject'] as const

/** The alarms that the address asks for; those that are open unless it says otherwise. */
export function Page({ title, query }: PageProps) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const shown = query.get('alarm')
  const given = Object.fromEntries(fields.map((name) => [name, query.get(name) ?? undefined]))
  const state = given.state === 'any' ? undefined : (states.find((one) => one === given.state) ?? 'open')
  const severity = severities.find((one) => one === given.severity)
  const { rule, subject } = given
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/alarms', { query: { after, state, rule, severity, subject }, signal }),
    [api, state, rule, severity, subject],
  )
  const list = usePaged(load, 10_000)
  const addressOf = (alarm: string | undefined) => withQuery('#/alarms', { ...given, alarm })
  const whomOf = (row: Item<'GET /v1/alarms'>) =>
    row.subject === null ? say.together(row.subjects) : (row.subject_name ?? row.subject)
  return (
    <ListPage
      title={title}
      list={list}
      empty={say.none}
      keyOf={({ id }) => id}
      controls={
        <>
          <p class="hint">
            {say.hint} <a href="#/alarms/rules">{say.rules}</a>
          </p>
          <Filter given={{ ...given, state: state ?? 'any' }} />
          {shown !== null && <Alarm key={shown} id={shown} onChanged={list.reload} />}
        </>
      }
      columns={[
        {
          title: say.severity,
          cell: (row) => (
            <Outcome
              kind={row.severity === 'low' || row.severity === 'medium' ? 'refused' : 'alarm'}
              word={say[row.severity]}
            />
          ),
        },
        {
          title: say.rule,
          cell: (row) => (
            <a
              href={addressOf(row.id)}
              aria-label={say.lookAt(ruleName(say, row.rule, row.rule_title), whomOf(row))}
            >
              {ruleName(say, row.rule, row.rule_title)}
            </a>
          ),
        },
        { title: say.about, cell: (row) => <span class="mono">{whomOf(row)}</span> },
        {
          title: say.state,
          cell: (row) =>
            `${say[row.state]}${row.flapping && row.state !== 'closed' ? ` · ${say.flapping}` : ''}`,
        },
        { title: say.times, cell: ({ times }) => times },
        { title: say.last, cell: ({ last_at }) => <Time at={last_at} /> },
      ]}
    />
  )
}

function Filter({ given }: { given: Readonly<Record<string, string | undefined>> }) {
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const filter = async ({ text }: Fields) => {
    location.hash = withQuery(
      '#/alarms',
      Object.fromEntries(fields.map((name) => [name, text(name) || undefined])),
    )
  }
  const any = { value: '', label: say.any }
  return (
    <Form action={say.show} isMain role="search" label={say.filter} keepsFields onSubmit={filter}>
      <SelectField
        label={say.state}
        name="state"
        initial={given.state}
        options={[...states.map((value) => ({ value, label: say[value] })), { value: 'any', label: say.any }]}
      />
      <SelectField
        label={say.severity}
        name="severity"
        initial={given.severity}
        options={[any, ...severities.map((value) => ({ value, label: say[value] }))]}
      />
      <SelectField
        label={say.rule}
        name="rule"
        initial={given.rule}
        options={[any, ...ruleNames.map((value) => ({ value, label: say[value] }))]}
      />
      <TextField
        label={say.about}
        name="subject"
        class="mono"
        defaultValue={given.subject}
        maxLength={256}
        autocapitalize="none"
      />
    </Form>
  )
}
