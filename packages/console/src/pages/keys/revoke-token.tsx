import { useState } from 'preact/hooks'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmForm } from '../../elements/confirm.tsx'
import { TextField } from '../../elements/field.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { words } from './words.ts'

/** Revoke one access token, by itself or by its id. */
export function RevokeToken() {
  const { api } = useConsole()
  const say = useWords(words)
  const [asks, setAsks] = useState(false)
  const [endsAt, setEndsAt] = useState<string>()
  return (
    <Section title={say.revokeToken}>
      <p class="hint">{say.revokeTokenHint}</p>
      {endsAt !== undefined && (
        <p role="status">
          {say.tokenRevoked} <Time at={endsAt} exact />
        </p>
      )}
      {asks ? (
        <ConfirmForm
          means={say.revokeTokenMeans}
          now={say.revokeNow}
          onConfirmed={async (confirmed, fields) => {
            const given = fields.text('token')
            const body = given.startsWith('jti_') ? { token_id: given } : { token: given }
            const { ends_at } = await api.end(confirmed, 'POST /v1/revocations', { body })
            setEndsAt(ends_at)
            setAsks(false)
          }}
          onCancel={() => setAsks(false)}
        >
          <TextField name="token" label={say.token} autocomplete="off" required />
        </ConfirmForm>
      ) : (
        <p class="below">
          <button type="button" onClick={() => setAsks(true)}>
            {say.revokeToken}
          </button>
        </p>
      )}
    </Section>
  )
}
