import { useCallback, useEffect, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import type { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { RecoveryCodes } from '../../elements/recovery-codes.tsx'
import { Section } from '../../elements/section.tsx'
import { AddPasskey } from './add-passkey.tsx'
import type { Passkey } from './passkey.ts'
import { PasskeyList } from './passkey-list.tsx'
import { passkeysWords } from './passkey-words.ts'
import { RenamePasskey } from './rename-passkey.tsx'
import { words } from './words.ts'

interface PasskeysProps {
  readonly hasAuthenticator: boolean
  /** Something about the factors of the account is not what it was. */
  readonly onChanged: () => void
}

/** The passkeys of one's own account. The browser is told which there are. */
export function Passkeys({ hasAuthenticator, onChanged }: PasskeysProps) {
  const { api, acting, signals } = useConsole()
  const say = useWords(passkeysWords)
  const { factorNeeded } = useWords(words)
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/me/passkeys', { signal }), [api])
  const { value, problem: notLoaded, reload } = usePolled(load, 60_000)
  const { problem, run } = useAction()
  const [codes, setCodes] = useState<readonly string[]>()
  const [renames, setRenames] = useState<Passkey>()
  const [told, setTold] = useState<string>()
  // Whoever acts as somebody else has other passkeys.
  const tell = () => void (acting || signals.known(() => api.call('GET /v1/me/passkeys')))
  useEffect(tell, [api, acting, signals])

  const changed = (said: string) => {
    setTold(said)
    setRenames(undefined)
    tell()
    reload()
    onChanged()
  }
  const added = (recoveryCodes: readonly string[] | null) => {
    if (recoveryCodes) setCodes(recoveryCodes)
    changed(say.added)
  }
  const remove = (confirmed: Confirmed, { id }: Passkey) =>
    void run(async () => {
      setTold(undefined)
      await api.end(confirmed, 'DELETE /v1/me/passkeys/{id}', { path: { id } })
      changed(say.removed)
    })
  const explain = ({ code }: Problem) => ({ factor_needed: factorNeeded, factor_not_found: say.gone })[code]
  return (
    <Section title={say.passkeys}>
      <p class="faint">{say.about}</p>
      <PasskeyList
        {...{ passkeys: value?.passkeys, problem: notLoaded, hasAuthenticator }}
        onRename={setRenames}
        onRemove={remove}
      />
      <ProblemNotice problem={problem} explain={explain} />
      <div role="status">{told !== undefined && <p>{told}</p>}</div>
      {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(undefined)} />}
      {renames && (
        <RenamePasskey
          key={renames.id}
          passkey={renames}
          onRenamed={() => changed(say.renamed)}
          onCancel={() => setRenames(undefined)}
        />
      )}
      {value && (
        <AddPasskey
          {...{ most: value.most, count: value.passkeys.length }}
          onBegin={() => setTold(undefined)}
          onAdded={added}
        />
      )}
    </Section>
  )
}
