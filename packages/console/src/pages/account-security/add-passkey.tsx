import { useState } from 'preact/hooks'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { foreign, usePasskeyProblems } from '../../elements/sign-in/passkey-problems.ts'
import { passkeyWords } from '../../words/passkeys.ts'
import { passkeysWords } from './passkey-words.ts'

interface AddPasskeyProps {
  readonly count: number
  /** How many an account may have. */
  readonly most: number
  readonly onBegin: () => void
  /** Recovery codes come with the first factor of an account. */
  readonly onAdded: (recoveryCodes: readonly string[] | null) => void
}

/** Adds a passkey, once it was said what that means; or says why this page cannot. */
export function AddPasskey({ count, most, onBegin, onAdded }: AddPasskeyProps) {
  const { passkeys } = useConsole()
  const say = useWords(passkeysWords)
  const sayWhy = useWords(passkeyWords)
  const [isOpen, setOpen] = useState(false)
  if (passkeys.obstacle !== undefined) return <p class="hint below">{sayWhy[passkeys.obstacle]}</p>
  if (count >= most) return <p class="hint below">{say.most(most)}</p>
  if (!isOpen) {
    const open = () => {
      onBegin()
      setOpen(true)
    }
    return (
      <p class="below">
        <button type="button" onClick={open}>
          {say.add}
        </button>
      </p>
    )
  }
  const added = (recoveryCodes: readonly string[] | null) => {
    setOpen(false)
    onAdded(recoveryCodes)
  }
  return (
    <div class="notice">
      <p>{say.addMeans}</p>
      <NewPasskey onAdded={added} />
      <p class="below">
        <button type="button" class="quiet" onClick={() => setOpen(false)}>
          {say.cancel}
        </button>
      </p>
    </div>
  )
}

function NewPasskey({ onAdded }: Pick<AddPasskeyProps, 'onAdded'>) {
  const { api, passkeys } = useConsole()
  const say = useWords(passkeysWords)
  const explainPasskey = usePasskeyProblems()
  const add = async ({ text }: Fields) => {
    const { public_key } = await api.call('POST /v1/me/passkeys/options', { body: {} })
    const name = text('name')
    const outcome = await passkeys.make(public_key, (credential) =>
      api.call('POST /v1/me/passkeys', { body: { credential, ...(name !== '' && { name }) } }),
    )
    if (outcome.kind === 'foreign') throw foreign()
    if (outcome.kind === 'held') throw new Problem('passkey_held', 0, 'there is one already')
    if (outcome.kind === 'given') onAdded(outcome.value.recovery_codes)
  }
  const explain = (problem: Problem) =>
    ({ passkey_held: say.held, request_invalid: say.unfit })[problem.code] ?? explainPasskey(problem)
  return (
    <Form action={say.addNow} layout="stacked" keepsFields explain={explain} onSubmit={add}>
      <TextField
        label={say.optional(say.newName)}
        hint={say.newNameHint}
        name="name"
        autocomplete="off"
        maxLength={100}
      />
    </Form>
  )
}
