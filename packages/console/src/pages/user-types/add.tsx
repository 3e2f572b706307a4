import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { words } from './words.ts'

/** The form that adds a type, which permits nothing at first. */
export function Add({ onAdded }: { onAdded: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const add = async ({ text }: Fields) => {
    const body = { name: text('name'), description: text('description'), permissions: [] }
    await api.call('POST /v1/user-types', { body })
    onAdded()
  }
  return (
    <Section title={say.add}>
      <Form action={say.add} onSubmit={add}>
        <TextField
          label={say.name}
          hint={say.nameHint}
          name="name"
          required
          maxLength={40}
          pattern="[a-z][a-z0-9\-]*"
          autocomplete="off"
        />
        <TextField
          label={say.optional(say.description)}
          name="description"
          maxLength={200}
          autocomplete="off"
        />
      </Form>
    </Section>
  )
}
