import { useState } from 'preact/hooks'
import type { Confirmed } from '../../api/endings.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmForm } from '../../elements/confirm.tsx'
import { Edited } from '../../elements/edited.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { FactorRule } from './factor-rule.tsx'
import { SignInRule } from './sign-in-rule.tsx'
import type { UserType } from './user-type.ts'
import { words } from './words.ts'

interface OneTypeProps {
  readonly types: readonly UserType[]
  readonly onChanged: (said: string | undefined) => void
}

/** The name and the description of one type, and the way to remove it. */
export function OneType({ types, onChanged }: OneTypeProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const [chosen, setChosen] = useState<string>()
  const [removes, setRemoves] = useState<string>()
  const type = types.find(({ name }) => name === chosen) ?? types[0]
  if (!type) return null
  const { name, version } = type
  const others = types.filter((other) => other !== type)

  const save = async ({ text }: Fields, shown: UserType) => {
    const body = { name: text('name'), description: text('description') }
    const given = { path: { name: shown.name }, body, ifVersion: shown.version }
    await api.call('PATCH /v1/user-types/{name}', given)
    setChosen(body.name)
  }
  const remove = async (confirmed: Confirmed, { text }: Fields) => {
    const query = { replacement: text('replacement') }
    const given = { path: { name }, query, ifVersion: version }
    const { moved } = await api.end(confirmed, 'DELETE /v1/user-types/{name}', given)
    setChosen(undefined)
    onChanged(say.removed(name, moved))
  }
  return (
    <Section title={say.oneType}>
      <SelectField
        label={say.type}
        value={name}
        initial={name}
        options={types.map((one) => ({ value: one.name, label: one.name }))}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
      />
      {/* The key: the fields are those of another type. */}
      <Edited key={name} stored={type} versionOf={versionOf} onChanged={() => onChanged(undefined)}>
        {(shown, change) => (
          <Form action={say.saveType} keepsFields onSubmit={(fields) => change(() => save(fields, shown))}>
            <TextField
              label={say.name}
              hint={say.nameHint}
              name="name"
              required
              maxLength={40}
              pattern="[a-z][a-z0-9\-]*"
              autocomplete="off"
              defaultValue={shown.name}
            />
            <TextField
              label={say.optional(say.description)}
              name="description"
              maxLength={200}
              autocomplete="off"
              defaultValue={shown.description}
            />
          </Form>
        )}
      </Edited>
      {/* The keys: what was loaded of another type is not shown as of this one. */}
      <SignInRule key={`sign-in ${name}`} type={name} />
      <FactorRule key={`factor ${name}`} type={name} />
      {others.length > 0 && removes !== name && (
        <p class="below">
          <button type="button" onClick={() => setRemoves(name)}>
            {say.remove}
          </button>
        </p>
      )}
      {others.length > 0 && removes === name && (
        <ConfirmForm
          key={`remove ${name}`}
          means={say.removeMeans(name)}
          now={say.removeNow}
          onConfirmed={remove}
          onCancel={() => setRemoves(undefined)}
        >
          <SelectField
            label={say.replacement}
            name="replacement"
            options={others.map((one) => ({ value: one.name, label: one.name }))}
          />
        </ConfirmForm>
      )}
    </Section>
  )
}

const versionOf = ({ version }: UserType) => version
