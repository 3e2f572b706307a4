import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { AddressList } from '../../elements/address-list.tsx'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { addressWords } from '../../words/addresses.ts'
import { words } from './words.ts'

type Address = Item<'GET /v1/users/{id}/addresses'>

/** The addresses of mail of a person. Only their owner confirms one, by the link that is sent to it. */
export function Addresses({ id }: { id: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const common = useWords(addressWords)
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/users/{id}/addresses', { path: { id }, signal }),
    [api, id],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 10_000)
  const { problem, run } = useAction()
  const [told, setTold] = useState<string>()

  const act = (said: string, change: () => Promise<unknown>) =>
    void run(async () => {
      setTold(undefined)
      await change()
      setTold(said)
      reload()
    })
  const pathOf = (row: Address) => ({ path: { id, address: row.id } })
  const add = async ({ text }: Fields) => {
    setTold(undefined)
    const body = { address: text('address') }
    const { address } = await api.call('POST /v1/users/{id}/addresses', { path: { id }, body })
    setTold(common.added(address))
    reload()
  }
  const explain = ({ code }: Problem) =>
    ({
      address_exists: say.addressExists,
      request_invalid: common.malformed,
      address_primary: common.isPrimary,
      mail_unavailable: common.noMail,
    })[code]
  return (
    <Section title={common.addresses}>
      <AddressList
        rows={value?.items}
        problem={notLoaded}
        empty={say.noAddresses}
        onSend={(row) =>
          act(common.sent(row.address), () =>
            api.call('POST /v1/users/{id}/addresses/{address}/send-proof', pathOf(row)),
          )
        }
        onMakePrimary={(row) =>
          act(common.changed, () =>
            api.call('POST /v1/users/{id}/addresses/{address}/make-primary', pathOf(row)),
          )
        }
        remove={(row) => (
          <ConfirmButton
            label={common.remove}
            concerns={common.removeOf(row.address)}
            means={say.addressGoes(row.address)}
            now={say.removeNow}
            onConfirmed={(confirmed) =>
              act(common.removed, () =>
                api.end(confirmed, 'DELETE /v1/users/{id}/addresses/{address}', pathOf(row)),
              )
            }
          />
        )}
      />
      <ProblemNotice problem={problem} explain={explain} />
      <div role="status">{told !== undefined && <p>{told}</p>}</div>
      <Form action={common.add} explain={explain} onSubmit={add}>
        <TextField
          label={common.newAddress}
          name="address"
          type="email"
          maxLength={254}
          required
          autocomplete="off"
        />
      </Form>
    </Section>
  )
}
