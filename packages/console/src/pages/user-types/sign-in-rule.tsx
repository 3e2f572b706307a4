import { useCallback } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { Edited } from '../../elements/edited.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { words } from './words.ts'

/** How the users of a type sign in, and how long they stay signed in. */
export function SignInRule({ type }: { type: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const path = { name: type }
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/user-types/{name}/sign-in', { path: { name: type }, signal }),
    [api, type],
  )
  const { value: rule, problem, reload } = usePolled(load, 60_000)

  const save = async ({ text }: Fields) => {
    const seconds = (name: string) => (text(name) === '' ? null : Number(text(name)) * 60)
    const body = {
      self_registration: text('self_registration') === 'on',
      mail_code: text('mail_code') === 'on',
      session_idle_seconds: seconds('idle'),
      session_longest_seconds: seconds('longest'),
    }
    await api.call('PATCH /v1/user-types/{name}/sign-in', { path, body })
  }
  return (
    <>
      <h3>{say.signInRule(type)}</h3>
      <ProblemNotice problem={problem} />
      {rule && (
        <Edited stored={rule} versionOf={JSON.stringify} onChanged={reload}>
          {(shown, change) => (
            <Form
              action={say.saveRule}
              layout="stacked"
              keepsFields
              explain={({ code }) => (code === 'user_type_privileged' ? say.privileged : undefined)}
              onSubmit={(fields) => change(() => save(fields))}
            >
              <label class="check">
                <input type="checkbox" name="self_registration" defaultChecked={shown.self_registration} />{' '}
                {say.selfRegistration}
              </label>
              <label class="check">
                <input type="checkbox" name="mail_code" defaultChecked={shown.mail_code} /> {say.mailCode}
              </label>
              <Minutes
                name="idle"
                label={say.idle}
                hint={say.idleHint}
                most={30 * 1440}
                seconds={shown.session_idle_seconds}
              />
              <Minutes
                name="longest"
                label={say.longest}
                hint={say.longestHint}
                most={90 * 1440}
                seconds={shown.session_longest_seconds}
              />
            </Form>
          )}
        </Edited>
      )}
    </>
  )
}

interface MinutesProps {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly most: number
  readonly seconds: number | null
}

/** A time of at least ten minutes, or none. */
function Minutes({ seconds, most, ...field }: MinutesProps) {
  return (
    <TextField
      {...field}
      type="number"
      inputMode="numeric"
      min={10}
      max={most}
      defaultValue={seconds === null ? '' : String(seconds / 60)}
    />
  )
}
