import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import type { Passkey } from './passkey.ts'
import { passkeysWords } from './passkey-words.ts'

interface RenamePasskeyProps {
  readonly passkey: Passkey
  readonly onRenamed: () => void
  readonly onCancel: () => void
}

/** Another name for a passkey. */
export function RenamePasskey({ passkey: { id, name }, onRenamed, onCancel }: RenamePasskeyProps) {
  const { api } = useConsole()
  const say = useWords(passkeysWords)
  const rename = async ({ text }: Fields) => {
    await api.call('PATCH /v1/me/passkeys/{id}', { path: { id }, body: { name: text('name') } })
    onRenamed()
  }
  const explain = ({ code }: Problem) => ({ request_invalid: say.unfit, factor_not_found: say.gone })[code]
  return (
    <div class="notice">
      <p>{say.renameWhich(name)}</p>
      <Form action={say.save} layout="stacked" keepsFields explain={explain} onSubmit={rename}>
        <TextField label={say.name} name="name" defaultValue={name} maxLength={100} required />
      </Form>
      <p class="below">
        <button type="button" class="quiet" onClick={onCancel}>
          {say.cancel}
        </button>
      </p>
    </div>
  )
}
