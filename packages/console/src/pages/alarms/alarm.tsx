import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Answer } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { alarmWords, ruleName } from '../../words/alarms.ts'
import { words } from './words.ts'

interface AlarmProps {
  readonly id: string
  /** Called when its state is another one. */
  readonly onChanged: () => void
}

/** One alarm: what it rests on, whom it concerns, and what can be done about it. */
export function Alarm({ id, onChanged }: AlarmProps) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const mayWrite = useSession().scopes.includes('alarms:write')
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/alarms/{id}', { path: { id }, signal }),
    [api, id],
  )
  const { value: alarm, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { busy, problem, run } = useAction()
  const after = (work: Promise<unknown>) =>
    work.then(() => {
      reload()
      onChanged()
    })
  if (!alarm) return <ProblemNotice problem={notLoaded} />
  const whom = alarm.subject === null ? say.together(alarm.subjects) : (alarm.subject_name ?? alarm.subject)
  return (
    <Section title={ruleName(say, alarm.rule, alarm.rule_title)}>
      <dl class="facts">
        <Fact title={say.about}>
          <code>{whom}</code>
        </Fact>
        <Fact title={say.severity}>{say[alarm.severity]}</Fact>
        <Fact title={say.state}>
          {say[alarm.state]}
          {alarm.flapping && ` · ${say.flapping}`}
        </Fact>
        <Fact title={say.since}>
          <Time at={alarm.opened_at} exact />
        </Fact>
        <Fact title={say.last}>
          <Time at={alarm.last_at} exact />
        </Fact>
        <Fact title={say.times}>{alarm.times}</Fact>
        {alarm.acknowledged_at !== null && (
          <Fact title={say.acknowledgedAt}>
            <Time at={alarm.acknowledged_at} exact />
          </Fact>
        )}
        {alarm.closed_at !== null && (
          <Fact title={say.closedAt}>
            <Time at={alarm.closed_at} exact /> · {howClosed(alarm.close_reason, say)}
          </Fact>
        )}
        {Object.entries(alarm.facts).map(([name, value]) => (
          <Fact key={name} title={factName(say, name)}>
            {value}
          </Fact>
        ))}
      </dl>
      {alarm.members.length > 0 && (
        <>
          <h3>{say.members}</h3>
          <ul>
            {alarm.members.map(({ subject, name, ended_at }) => (
              <li key={subject} class="mono">
                {name ?? subject}
                {ended_at !== null && <span class="faint"> · {say.memberOver}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {alarm.events.length > 0 && (
        <>
          <h3>{say.events}</h3>
          <ul>
            {alarm.events.map((event) => (
              <li key={event}>
                <a class="mono" href={`#/activity?show=${event}`}>
                  {event}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <ProblemNotice problem={problem ?? notLoaded} />
      {mayWrite && alarm.state !== 'closed' && (
        <p class="row">
          {alarm.state === 'open' && (
            <button
              type="button"
              aria-busy={busy}
              onClick={() =>
                void run(() => after(api.call('POST /v1/alarms/{id}/acknowledge', { path: { id } })))
              }
            >
              {say.acknowledge}
            </button>
          )}
          <button
            type="button"
            aria-busy={busy}
            onClick={() => void run(() => after(api.call('POST /v1/alarms/{id}/close', { path: { id } })))}
          >
            {say.close}
          </button>
        </p>
      )}
      {mayWrite && <Silence alarm={alarm} />}
    </Section>
  )
}

type Whole = Answer<'GET /v1/alarms/{id}'>
type Words = (typeof words)['en']

const howClosed = (reason: string | null, say: Words) =>
  reason === 'over' || reason === 'rule_off' ? say[reason] : say.byPerson

function factName(say: Words, name: string): string {
  const named: unknown = Object.hasOwn(say, name) ? say[name as keyof Words] : undefined
  return typeof named === 'string' ? named : name
}

/** Tell nothing of its rule for some hours. */
function Silence({ alarm: { rule, subject } }: { readonly alarm: Whole }) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const [until, setUntil] = useState<string>()
  const silence = async ({ text }: Fields) => {
    const endsAt = new Date(Date.now() + Number(text('hours')) * 3_600_000).toISOString()
    const ofOne = subject !== null && text('about') === 'this'
    const body = { rule, reason: text('reason'), ends_at: endsAt, ...(ofOne && { subject }) }
    setUntil((await api.call('POST /v1/alarm-silences', { body })).ends_at)
  }
  return (
    <>
      <h3>{say.silenceFor}</h3>
      <Form action={say.silence} label={say.silenceFor} onSubmit={silence}>
        <TextField
          label={say.hours}
          hint={say.hoursHint}
          name="hours"
          type="number"
          min={1}
          max={2160}
          step={1}
          defaultValue="8"
          required
        />
        {subject !== null && (
          <SelectField
            label={say.about}
            name="about"
            options={[
              { value: 'this', label: say.onlyThis },
              { value: 'all', label: say.aboutAll },
            ]}
          />
        )}
        <TextField label={say.reason} name="reason" maxLength={200} required autocomplete="off" />
      </Form>
      <p role="status">
        {until !== undefined && (
          <>
            <Time at={until} exact /> {say.silenced}
          </>
        )}
      </p>
    </>
  )
}
