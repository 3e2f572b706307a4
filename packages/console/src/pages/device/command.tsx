import { useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { Section } from '../../elements/section.tsx'
import { payloadOf } from '../../format.ts'
import { words } from './words.ts'

/** Who is signed in here is no agent, and asks nobody. */
type Reply = Extract<Answer<'POST /v1/devices/{uid}/commands/{method}'>, { readonly status: number }>

type State =
  | { readonly kind: 'ready' }
  | { readonly kind: 'payload-not-json' }
  | { readonly kind: 'sent' }
  | { readonly kind: 'replied'; readonly reply: Reply; readonly milliseconds: number }

/** The form that sends a command, and the device's reply. */
export function Command({ uid }: { uid: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [state, setState] = useState<State>({ kind: 'ready' })
  const send = async ({ text }: Fields) => {
    const payload = payloadOf(text('payload'))
    if (!payload.ok) return setState({ kind: 'payload-not-json' })
    setState({ kind: 'sent' })
    const sentAt = performance.now()
    try {
      const path = { uid, method: text('method') }
      const reply = await api.call('POST /v1/devices/{uid}/commands/{method}', {
        path,
        body: { payload: payload.value },
      })
      if (!('status' in reply)) return setState({ kind: 'ready' })
      setState({ kind: 'replied', reply, milliseconds: Math.round(performance.now() - sentAt) })
    } catch (error) {
      setState({ kind: 'ready' })
      throw error
    }
  }
  return (
    <Section title={say.command}>
      <Form action={say.send} isMain keepsFields onSubmit={send}>
        <TextField
          label={say.method}
          name="method"
          class="mono"
          placeholder="switch"
          pattern="[\w.\-]{1,64}"
          required
          autocomplete="off"
          autocapitalize="none"
        />
        <TextField
          label={say.payload}
          hint={say.payloadHint}
          name="payload"
          class="mono"
          placeholder={'{"on": true}'}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={state.kind === 'payload-not-json'}
        />
      </Form>
      {state.kind === 'payload-not-json' && (
        <p class="bad" role="alert">
          {say.payloadNotJson}
        </p>
      )}
      <div role="status">
        {state.kind === 'sent' && <p class="faint">{say.sending}</p>}
        {state.kind === 'replied' && (
          <>
            <p class={state.reply.status < 300 ? 'good' : 'bad'}>
              {say.reply(state.reply.status, state.milliseconds)}
            </p>
            <pre>{JSON.stringify(state.reply.payload, null, 2)}</pre>
          </>
        )}
      </div>
    </Section>
  )
}
