import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
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
  const type = types.find(({ name }) => name === chosen) ?? types[0]
  if (!type) return null
  const { name, version } = type
  const others = types.filter((other) => other !== type)

  const save = async ({ text }: Fields) => {
    const body = { name: text('name'), description: text('description') }
    await api.call('PATCH /v1/user-types/{name}', { path: { name }, body, ifVersion: version })
    setChosen(body.name)
    onChanged(undefined)
  }
  const remove = async ({ text }: Fields) => {
    const query = { replacement: text('replacement') }
    const path = { name }
    const { moved } = await api.call('DELETE /v1/user-types/{name}', { path, query, ifVersion: version })
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
      {/* The key: the fields are those of another type, or of a newer version. */}
      <Form
        key={`${name} ${version}`}
        action={say.saveType}
        keepsFields
        explain={({ code }) => (code === 'precondition_failed' ? say.typeConflict : undefined)}
        onSubmit={save}
      >
        <TextField
          label={say.name}
          hint={say.nameHint}
          name="name"
          required
          maxLength={40}
          pattern="[a-z][a-z0-9\-]*"
          autocomplete="off"
          defaultValue={name}
        />
        <TextField
          label={say.optional(say.description)}
          name="description"
          maxLength={200}
          autocomplete="off"
          defaultValue={type.description}
        />
      </Form>
      <SignInRule type={name} />
      <FactorRule type={name} />
      {others.length > 0 && (
        <>
          <p class="hint">{say.removeHint(name)}</p>
          <Form
            key={`remove ${name}`}
            action={say.remove}
            isDangerous
            explain={({ code }) => (code === 'precondition_failed' ? say.typeConflict : undefined)}
            onSubmit={remove}
          >
            <SelectField
              label={say.replacement}
              name="replacement"
              options={others.map((one) => ({ value: one.name, label: one.name }))}
            />
          </Form>
        </>
      )}
    </Section>
  )
}
