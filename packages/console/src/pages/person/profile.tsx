import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { useBegun } from '../../elements/edited.tsx'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { Conflict } from './conflict.tsx'
import type { Person } from './facts.tsx'
import { changedIn, type ProfileChange } from './profile-change.ts'
import { words } from './words.ts'

interface ProfileProps {
  readonly person: Person
  readonly isSelf: boolean
  readonly onChanged: () => void
}

/** The name and the type of a person. If somebody else was first, it shows both and asks which one is to stay. */
export function Profile({ person, isSelf, onChanged }: ProfileProps) {
  const { api } = useConsole()
  const say = useWords(words)
  // As it was when somebody began to type: what comes meanwhile must not take their words away, or be undone by them unseen.
  const { shown, begin, end } = useBegun(person)
  const [conflict, setConflict] = useState<{ mine: ProfileChange; seen: Person; theirs: Person }>()
  const [isSaved, setIsSaved] = useState(false)
  const { id } = person

  const save = async (mine: ProfileChange, seen: Person) => {
    setIsSaved(false)
    try {
      if (Object.keys(mine).length > 0) {
        const ifVersion = seen.version
        await api.call('PATCH /v1/users/{id}', { path: { id }, body: mine, ifVersion })
      }
      done()
      setIsSaved(true)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'precondition_failed') throw error
      setConflict({ mine, seen, theirs: await api.call('GET /v1/users/{id}', { path: { id } }) })
    }
  }
  const done = () => {
    end()
    setConflict(undefined)
    onChanged()
  }
  return (
    <Section title={say.profile}>
      {conflict ? (
        // The key: somebody may be faster once more.
        <Conflict key={conflict.theirs.version} {...conflict} onSave={save} onKeep={done} />
      ) : (
        <div onInput={begin}>
          {/* The key: the fields are those of a newer version. */}
          <ProfileForm
            key={shown.version}
            shown={shown}
            isSelf={isSelf}
            onSave={(mine) => save(mine, shown)}
          />
        </div>
      )}
      <p role="status">{isSaved && say.profileSaved}</p>
    </Section>
  )
}

interface ProfileFormProps {
  readonly shown: Person
  readonly isSelf: boolean
  readonly onSave: (mine: ProfileChange) => Promise<void>
}

function ProfileForm({ shown, isSelf, onSave }: ProfileFormProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const loadTypes = useCallback((signal: AbortSignal) => api.call('GET /v1/user-types', { signal }), [api])
  const types = usePolled(loadTypes, 60_000).value?.items.map(({ name }) => name) ?? []
  // Until the types have come, it is the present one alone.
  const known = types.includes(shown.user_type) ? types : [shown.user_type, ...types]
  const submit = ({ text }: Fields) =>
    onSave(
      changedIn(shown, {
        display_name: text('display_name') || null,
        user_type: text('user_type') || shown.user_type,
      }),
    )
  return (
    <Form action={say.saveProfile} keepsFields onSubmit={submit}>
      <TextField
        label={say.optional(say.displayName)}
        name="display_name"
        maxLength={200}
        autocomplete="off"
        defaultValue={shown.display_name ?? ''}
      />
      {!isSelf && (
        <SelectField
          label={say.userType}
          hint={say.typeHint}
          name="user_type"
          initial={shown.user_type}
          options={known.map((name) => ({ value: name, label: name }))}
        />
      )}
    </Form>
  )
}
