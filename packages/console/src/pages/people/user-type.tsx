import { useState } from 'preact/hooks'
import { useWords } from '../../context.ts'
import { Confirm } from '../../elements/confirm.tsx'
import { words } from './words.ts'

interface UserTypeProps {
  readonly username: string
  readonly current: string
  readonly types: readonly string[]
  readonly onChange: (userType: string) => void
}

/** The type of a person, and the choice of another one, which has to be confirmed: it ends their sessions. */
export function UserType({ username, current, types, onChange }: UserTypeProps) {
  const say = useWords(words)
  const [chosen, setChosen] = useState(current)
  return (
    <span class="row">
      <select
        aria-label={say.userTypeOf(username)}
        value={chosen}
        onChange={({ currentTarget }) => setChosen(currentTarget.value)}
      >
        {types.map((name) => (
          <option key={name} value={name} selected={name === chosen}>
            {name}
          </option>
        ))}
      </select>
      {chosen !== current && (
        <Confirm
          means={say.typeMeans(chosen)}
          now={say.changeType}
          keepsFocus
          onConfirmed={() => onChange(chosen)}
          onCancel={() => setChosen(current)}
        />
      )}
    </span>
  )
}
