import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { AddressList } from '../../elements/address-list.tsx'
import { ConfirmForm } from '../../elements/confirm.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { addressWords } from '../../words/addresses.ts'

type Address = Item<'GET /v1/me/addresses'>

/** A change that takes the password. */
interface Asked {
  readonly change: 'make-primary' | 'remove'
  readonly address: Address
}

/** The addresses of mail of a person, each with what can be done with it, and the form that adds one. */
export function Addresses() {
  const { api } = useConsole()
  const { username } = useSession()
  const say = useWords(addressWords)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/addresses', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const [asked, setAsked] = useState<Asked>()
  const [told, setTold] = useState<string>()

  const sendAgain = ({ id, address }: Address) =>
    void run(async () => {
      setTold(undefined)
      await api.call('POST /v1/me/addresses/{address}/send-proof', { path: { address: id } })
      setTold(say.sent(address))
    })
  const ask = (change: Asked['change'], address: Address) => {
    setTold(undefined)
    setAsked({ change, address })
  }
  const add = async ({ text, exact }: Fields) => {
    setTold(undefined)
    const body = { address: text('address'), current_password: exact('current') }
    const { address } = await api.call('POST /v1/me/addresses', { body, withCookies: true })
    setTold(say.added(address))
    reload()
  }
  const change = async (confirmed: Confirmed, { exact }: Fields) => {
    if (!asked) return
    const path = { address: asked.address.id }
    const body = { current_password: exact('current') }
    if (asked.change === 'remove') {
      await api.end(confirmed, 'POST /v1/me/addresses/{address}/remove', { path, body, withCookies: true })
    } else {
      await api.call('POST /v1/me/addresses/{address}/make-primary', { path, body, withCookies: true })
    }
    setTold(asked.change === 'remove' ? say.removed : say.changed)
    setAsked(undefined)
    reload()
  }
  const explain = ({ code }: Problem) =>
    ({
      password_wrong: say.wrong,
      address_exists: say.exists,
      request_invalid: say.malformed,
      address_primary: say.isPrimary,
      mail_unavailable: say.noMail,
    })[code]

  return (
    <Section title={say.addresses}>
      <p class="faint">{say.about}</p>
      <AddressList
        rows={value?.items}
        problem={notLoaded}
        empty={say.none}
        onSend={sendAgain}
        onMakePrimary={(row) => ask('make-primary', row)}
        remove={(row) => (
          <button type="button" aria-label={say.removeOf(row.address)} onClick={() => ask('remove', row)}>
            {say.remove}
          </button>
        )}
      />
      <ProblemNotice problem={problem} explain={explain} />
      {asked && (
        <ConfirmForm
          key={`${asked.change} ${asked.address.id}`}
          means={
            asked.change === 'remove'
              ? say.askRemove(asked.address.address)
              : say.askPrimary(asked.address.address)
          }
          now={asked.change === 'remove' ? say.remove : say.makePrimary}
          layout="stacked"
          explain={explain}
          onConfirmed={change}
          onCancel={() => setAsked(undefined)}
        >
          <input name="username" value={username} autocomplete="username" readOnly hidden />
          <TextField
            label={say.password}
            name="current"
            type="password"
            autocomplete="current-password"
            required
            maxLength={1024}
          />
        </ConfirmForm>
      )}
      <Form action={say.add} layout="stacked" explain={explain} onSubmit={add}>
        <TextField
          label={say.newAddress}
          name="address"
          type="email"
          autocomplete="email"
          required
          maxLength={254}
        />
        <TextField
          label={say.password}
          name="current"
          type="password"
          autocomplete="current-password"
          required
          maxLength={1024}
        />
      </Form>
      <div role="status">{told !== undefined && <p>{told}</p>}</div>
    </Section>
  )
}
