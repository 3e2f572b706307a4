import { useId } from 'preact/hooks'
import { useWords } from '../../context.ts'
import { type Fields, Form } from '../../elements/form.tsx'
import type { Person } from './facts.tsx'
import { isContested, openFields, type ProfileChange } from './profile-change.ts'
import { words } from './words.ts'

interface ConflictProps {
  readonly mine: ProfileChange
  readonly seen: Person
  readonly theirs: Person
  readonly onSave: (mine: ProfileChange, on: Person) => Promise<void>
  readonly onKeep: () => void
}

/** What two have changed at once, and the choice for each field. What the other has not touched is mine at first. */
export function Conflict({ mine, seen, theirs, onSave, onKeep }: ConflictProps) {
  const say = useWords(words)
  const fields = openFields(mine, theirs)
  const save = ({ text }: Fields) => {
    const chosen = fields.filter((name) => text(name) === 'mine')
    return onSave(Object.fromEntries(chosen.map((name) => [name, mine[name]])), theirs)
  }
  return (
    <div class="notice" role="alert">
      <p>{say.conflict(theirs.username)}</p>
      <Form action={say.saveChosen} layout="stacked" keepsFields onSubmit={save}>
        {fields.map((name) => (
          <Choice
            key={name}
            name={name}
            label={name === 'display_name' ? say.displayName : say.userType}
            mine={mine[name] ?? say.empty}
            theirs={theirs[name] ?? say.empty}
            isMine={!isContested(seen, theirs, name)}
          />
        ))}
      </Form>
      <p class="below">
        <button type="button" onClick={onKeep}>
          {say.keepTheirs}
        </button>
      </p>
    </div>
  )
}

interface ChoiceProps {
  readonly name: string
  readonly label: string
  readonly mine: string
  readonly theirs: string
  readonly isMine: boolean
}

function Choice({ name, label, mine, theirs, isMine }: ChoiceProps) {
  const say = useWords(words)
  const id = useId()
  const option = (value: string, says: string, isChosen: boolean) => (
    <label class="check">
      <input type="radio" name={name} value={value} defaultChecked={isChosen} /> {says}
    </label>
  )
  return (
    <div role="radiogroup" aria-labelledby={id}>
      <p id={id}>
        <strong>{label}</strong>
      </p>
      {option('mine', say.mine(mine), isMine)}
      {option('theirs', say.theirs(theirs), !isMine)}
    </div>
  )
}
