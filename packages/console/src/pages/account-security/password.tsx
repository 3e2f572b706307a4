import { useState } from 'preact/hooks'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { words } from './words.ts'

/** The form that changes one's own password. */
export function Password() {
  const { api } = useConsole()
  const { username } = useSession()
  const say = useWords(words)
  const [state, setState] = useState<'changed' | 'different'>()
  const change = async ({ exact }: Fields) => {
    setState(undefined)
    if (exact('password') !== exact('again')) {
      setState('different')
      return
    }
    const body = { current_password: exact('current'), password: exact('password') }
    // By its cookie the server knows the browser, which stays a known one.
    await api.call('POST /v1/me/password', { body, withCookies: true })
    setState('changed')
  }
  const explain = ({ code, faultCodes }: Problem) => {
    if (code === 'password_wrong') return say.wrong
    const [fault] = faultCodes
    const isKnown =
      fault === 'too_short' || fault === 'too_long' || fault === 'common' || fault === 'personal'
    return isKnown ? say[fault] : undefined
  }
  return (
    <Section title={say.changePassword}>
      <Form action={say.changePassword} layout="stacked" explain={explain} onSubmit={change}>
        {/* So that a password manager knows whose password it is. */}
        <input name="username" value={username} autocomplete="username" readOnly hidden />
        <TextField
          label={say.currentPassword}
          name="current"
          type="password"
          autocomplete="current-password"
          required
          maxLength={1024}
        />
        <TextField
          label={say.newPassword}
          hint={say.passwordHint}
          name="password"
          type="password"
          autocomplete="new-password"
          required
          maxLength={1024}
        />
        <TextField
          label={say.again}
          name="again"
          type="password"
          autocomplete="new-password"
          required
          maxLength={1024}
        />
        <div role="status">
          {state === 'changed' && <p>{say.passwordChanged}</p>}
          {state === 'different' && <p class="bad">{say.different}</p>}
        </div>
      </Form>
    </Section>
  )
}
