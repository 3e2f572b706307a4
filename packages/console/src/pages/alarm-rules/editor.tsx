import { useLayoutEffect, useRef } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { alarmWords, ruleName, severities } from '../../words/alarms.ts'
import { words } from './words.ts'

interface EditorProps {
  readonly rule: Item<'GET /v1/alarm-rules'>
  readonly onDone: () => void
  readonly onCancel: () => void
}

/** Change a rule, or have it as it ships. */
export function Editor({ rule, onDone, onCancel }: EditorProps) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const { busy, problem, run } = useAction()
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => place.current?.querySelector('select')?.focus(), [])
  const path = { name: rule.name }
  const save = async ({ text }: Fields) => {
    const products = text('products')
      .split(',')
      .map((product) => product.trim())
      .filter((product) => product !== '')
    const body = {
      on: text('on') === 'on',
      severity: severities.find((one) => one === text('severity')) ?? rule.severity,
      threshold: Number(text('threshold')),
      window_seconds: Number(text('window_seconds')),
      sends_mail: text('sends_mail') === 'yes',
      ...(rule.name === 'device_offline' && { products }),
    }
    await api.call('PATCH /v1/alarm-rules/{name}', { path, body })
    onDone()
  }
  const reset = () =>
    void run(async () => {
      const body = {
        ...{ on: null, severity: null, threshold: null, window_seconds: null, sends_mail: null },
        ...(rule.name === 'device_offline' && { products: null }),
      }
      await api.call('PATCH /v1/alarm-rules/{name}', { path, body })
      onDone()
    })
  return (
    <div ref={place}>
      <Section title={say.editWhat(ruleName(say, rule.name))}>
        <Form action={say.save} layout="stacked" label={say.edit} keepsFields onSubmit={save}>
          <SelectField
            label={say.isOn}
            hint={say.offMeans}
            name="on"
            initial={rule.on ? 'on' : 'off'}
            options={(['on', 'off'] as const).map((value) => ({ value, label: say[value] }))}
          />
          <SelectField
            label={say.severity}
            name="severity"
            initial={rule.severity}
            options={severities.map((value) => ({ value, label: say[value] }))}
          />
          <TextField
            label={{ times: say.ofTimes, accounts: say.ofAccounts, 'km/h': say.ofSpeed }[rule.counts]}
            name="threshold"
            type="number"
            min={1}
            max={100_000}
            step={1}
            defaultValue={String(rule.threshold)}
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
            defaultValue={String(rule.window_seconds)}
            required
          />
          <SelectField
            label={say.sendsMail}
            name="sends_mail"
            initial={rule.sends_mail ? 'yes' : 'no'}
            options={(['yes', 'no'] as const).map((value) => ({ value, label: say[value] }))}
          />
          {rule.name === 'device_offline' && (
            <TextField
              label={say.optional(say.products)}
              hint={say.productsHint}
              name="products"
              defaultValue={rule.products.join(', ')}
              autocomplete="off"
            />
          )}
        </Form>
        <ProblemNotice problem={problem} />
        <p class="row below">
          <button type="button" aria-busy={busy} onClick={reset}>
            {say.asShipped}
          </button>
          <button type="button" class="quiet" onClick={onCancel}>
            {say.cancel}
          </button>
        </p>
      </Section>
    </div>
  )
}
