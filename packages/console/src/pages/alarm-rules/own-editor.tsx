import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Item } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { alarmWords, severities } from '../../words/alarms.ts'
import { words } from './words.ts'

interface OwnEditorProps {
  /** Undefined to add one. */
  readonly rule: Item<'GET /v1/alarm-rules'> | undefined
  readonly onDone: () => void
  readonly onCancel: () => void
}

const groupings = ['subject', 'target', 'address', 'region', 'service', 'server'] as const
const outcomes = ['success', 'refused', 'failure', 'alarm'] as const

/** Add a rule to those that ship, or change one that was added: what it counts, for what apart, and from when on it holds. */
export function OwnEditor({ rule, onDone, onCancel }: OwnEditorProps) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => place.current?.querySelector('input')?.focus(), [])
  const own = rule?.own
  const save = async ({ text }: Fields) => {
    const chosen = outcomes.find((one) => one === text('outcome'))
    const body = {
      title: text('title'),
      events: listIn(text('events')),
      outcomes: chosen
        ? [chosen]
        : text('outcome') === kept
          ? outcomes.filter((one) => own?.outcomes.includes(one))
          : [],
      reasons: listIn(text('reasons')),
      group_by: groupings.find((one) => one === text('group_by')) ?? 'subject',
      threshold: Number(text('threshold')),
      window_seconds: Number(text('window_seconds')),
      severity: severities.find((one) => one === text('severity')) ?? 'medium',
      sends_mail: text('sends_mail') === 'yes',
      on: text('on') === 'on',
    }
    if (rule) await api.call('PATCH /v1/alarm-rules/{name}', { path: { name: rule.name }, body })
    else await api.call('POST /v1/alarm-rules', { body: { ...body, name: `own.${text('name')}` } })
    onDone()
  }
  // More than one is set by the command line.
  const several = own && own.outcomes.length > 1 ? [{ value: kept, label: own.outcomes.join(', ') }] : []
  return (
    <div ref={place}>
      <Section title={rule ? say.editWhat(own?.title ?? rule.name) : say.addRule}>
        <Form action={say.save} layout="stacked" label={say.addRule} keepsFields onSubmit={save}>
          {!rule && (
            <TextField
              label={say.ruleWord}
              hint={say.ruleWordHint}
              name="name"
              class="mono"
              pattern="[a-z][a-z0-9_]{0,39}"
              maxLength={40}
              required
              autocomplete="off"
              autocapitalize="none"
            />
          )}
          <TextField
            label={say.ruleTitle}
            hint={say.ruleTitleHint}
            name="title"
            maxLength={100}
            defaultValue={own?.title}
            required
            autocomplete="off"
          />
          <TextField
            label={say.optional(say.countedEvents)}
            hint={say.countedEventsHint}
            name="events"
            class="mono"
            maxLength={1000}
            defaultValue={own?.events.join(', ')}
            autocomplete="off"
            autocapitalize="none"
          />
          <SelectField
            label={say.countedOutcome}
            name="outcome"
            initial={several.length > 0 ? kept : (own?.outcomes[0] ?? '')}
            options={[
              { value: '', label: say.any },
              ...several,
              ...outcomes.map((value) => ({ value, label: say[`outcome_${value}`] })),
            ]}
          />
          <TextField
            label={say.optional(say.countedReasons)}
            hint={say.countedReasonsHint}
            name="reasons"
            class="mono"
            maxLength={1000}
            defaultValue={own?.reasons.join(', ')}
            autocomplete="off"
            autocapitalize="none"
          />
          <SelectField
            label={say.groupBy}
            name="group_by"
            initial={own?.group_by}
            options={groupings.map((value) => ({ value, label: say[`by_${value}`] }))}
          />
          <TextField
            label={say.ofTimes}
            name="threshold"
            type="number"
            min={1}
            max={1000}
            step={1}
            defaultValue={String(rule?.threshold ?? 10)}
            required
          />
          <TextField
            label={say.windowSeconds}
            hint={say.windowHint}
            name="window_seconds"
            type="number"
            min={60}
            max={34_560_000}
            step={1}
            defaultValue={String(rule?.window_seconds ?? 600)}
            required
          />
          <SelectField
            label={say.severity}
            name="severity"
            initial={rule?.severity ?? 'medium'}
            options={severities.map((value) => ({ value, label: say[value] }))}
          />
          <SelectField
            label={say.sendsMail}
            name="sends_mail"
            initial={rule && !rule.sends_mail ? 'no' : 'yes'}
            options={(['yes', 'no'] as const).map((value) => ({ value, label: say[value] }))}
          />
          <SelectField
            label={say.isOn}
            hint={say.offMeans}
            name="on"
            initial={rule && !rule.on ? 'off' : 'on'}
            options={(['on', 'off'] as const).map((value) => ({ value, label: say[value] }))}
          />
        </Form>
        <p class="row below">
          <button type="button" class="quiet" onClick={onCancel}>
            {say.cancel}
          </button>
        </p>
      </Section>
    </div>
  )
}

/** The outcomes that the rule has. */
const kept = 'kept'

const listIn = (text: string) =>
  text
    .split(/[\s,]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '')
