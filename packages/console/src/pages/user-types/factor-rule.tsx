import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { DaysField } from '../../elements/days-field.tsx'
import { Edited } from '../../elements/edited.tsx'
import { SelectField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { words } from './words.ts'

/** Whether the users of a type have to have a second factor, and from when on. */
export function FactorRule({ type }: { type: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (signal: AbortSignal) =>
      api.call('GET /v1/user-types/{name}/second-factor', { path: { name: type }, signal }),
    [api, type],
  )
  const { value: rule, problem, reload } = usePolled(load, 60_000)
  const [saved, setSaved] = useState<Rule>()
  // Said when it has come back: the fields are then those of the rule, and stay.
  const isInForce =
    saved !== undefined &&
    rule?.second_factor === saved.second_factor &&
    (rule.second_factor === 'optional' || rule.grace_days === saved.grace_days)
  return (
    <>
      <h3>{say.factorRule(type)}</h3>
      <ProblemNotice problem={problem} />
      {rule && (
        <Edited stored={rule} versionOf={JSON.stringify} onChanged={reload}>
          {(shown, change) => (
            <FactorForm
              rule={shown}
              onSave={(given) =>
                change(async () => {
                  const path = { name: type }
                  await api.call('PUT /v1/user-types/{name}/second-factor', { path, body: given })
                  setSaved(given)
                })
              }
            />
          )}
        </Edited>
      )}
      <p role="status">{isInForce && say.factorRuleSaved}</p>
    </>
  )
}

interface Rule {
  readonly second_factor: 'optional' | 'required'
  readonly grace_days?: number
}

interface FactorFormProps {
  readonly rule: Required<Rule>
  readonly onSave: (rule: Rule) => Promise<void>
}

function FactorForm({ rule, onSave }: FactorFormProps) {
  const say = useWords(words)
  const [isRequired, setIsRequired] = useState(rule.second_factor === 'required')
  const save = ({ text }: Fields) =>
    onSave(
      isRequired
        ? { second_factor: 'required', grace_days: Number(text('grace_days')) }
        : { second_factor: 'optional' },
    )
  return (
    <Form action={say.saveFactorRule} layout="stacked" keepsFields onSubmit={save}>
      <SelectField
        label={say.secondFactor}
        name="second_factor"
        initial={rule.second_factor}
        options={[
          { value: 'optional', label: say.factorOptional },
          { value: 'required', label: say.factorRequired },
        ]}
        onChange={({ currentTarget }) => setIsRequired(currentTarget.value === 'required')}
      />
      {isRequired && (
        <DaysField label={say.factorGrace} hint={say.factorGraceHint} initial={rule.grace_days} />
      )}
    </Form>
  )
}
