import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { type Identity, IdentityList } from '../../elements/identity-list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { identityWords } from '../../words/identities.ts'
import { identitiesWords } from './identity-words.ts'

/** The providers at which one signs in to one's own account. Nothing is shown where there is none and never was. */
export function Identities() {
  const { api } = useConsole()
  const say = { ...useWords(identityWords), ...useWords(identitiesWords) }
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [linked, offered] = await Promise.all([
        api.call('GET /v1/me/identities', { signal }),
        api.call('GET /v1/sign-in/providers', { signal }),
      ])
      return { linked: linked.items, offered: offered.items }
    },
    [api],
  )
  const { value, problem: notLoaded, reload } = usePolled(load, 60_000)
  const { problem, busy, run } = useAction()
  const [told, setTold] = useState<string>()
  const unlink = (confirmed: Confirmed, { id: identity }: Identity) =>
    void run(async () => {
      setTold(undefined)
      await api.end(confirmed, 'DELETE /v1/me/identities/{identity}', { path: { identity } })
      setTold(say.unlinked)
      reload()
    })
  const link = (provider: string) =>
    void run(async () => {
      // The cookie that comes is what the browser is known by when it comes back.
      const { location } = await api.call('POST /v1/me/identities', { body: { provider }, withCookies: true })
      globalThis.location.assign(location)
    })
  const explain = ({ code }: Problem) =>
    ({
      identity_needed: say.needed,
      identity_not_found: say.gone,
      provider_unavailable: say.unavailable,
    })[code]
  if (value && value.linked.length === 0 && value.offered.length === 0) return null
  const open =
    value?.offered.filter(({ key }) => !value.linked.some(({ provider }) => provider === key)) ?? []
  return (
    <Section title={say.identities}>
      <p class="faint">{say.about}</p>
      <IdentityList
        identities={value?.linked}
        problem={notLoaded}
        action={(identity) => {
          const name = identity.provider_name ?? identity.issuer
          return (
            <ConfirmButton
              label={say.unlink}
              concerns={say.unlinkWhich(name)}
              means={say.unlinkMeans(name)}
              now={say.unlinkNow}
              onConfirmed={(confirmed) => unlink(confirmed, identity)}
            />
          )
        }}
      />
      <ProblemNotice problem={problem} explain={explain} />
      <div role="status">{told !== undefined && <p>{told}</p>}</div>
      {open.length > 0 && (
        <p class="row below">
          {open.map(({ key, name }) => (
            <button key={key} type="button" aria-busy={busy} onClick={() => link(key)}>
              {say.link(name)}
            </button>
          ))}
        </p>
      )}
    </Section>
  )
}
