import { useEffect, useState } from 'preact/hooks'
import { Problem } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import type { Assertion } from '../../passkeys/json.ts'
import { passkeyWords } from '../../words/passkeys.ts'
import { PasskeyButton } from './passkey-button.tsx'

/** A fresh sign-in of somebody who is signed in, with a passkey of theirs. Nothing is shown to whoever has none. */
export function PasskeyConfirm({ onSignedIn }: { onSignedIn: () => void }) {
  const { api, client, passkeys } = useConsole()
  const say = useWords(passkeyWords)
  const [own, setOwn] = useState<readonly string[]>([])
  useEffect(() => {
    const leaving = new AbortController()
    api.call('GET /v1/me/passkeys', { signal: leaving.signal }).then(
      (list) => setOwn(list.passkeys.map(({ credential_id }) => credential_id)),
      () => {},
    )
    return () => leaving.abort()
  }, [api])
  if (passkeys.obstacle !== undefined || own.length === 0) return null

  // What waits for the sign-in is a request of this person, so that nobody else's passkey will do.
  const load = async () => ({
    ...(await client.passkeyOptions()),
    allowCredentials: own.map((id) => ({ type: 'public-key', id })),
  })
  const signIn = async (credential: Assertion) => {
    if (!own.includes(credential.id)) throw new Problem('passkey_refused', 0, 'not a passkey of this person')
    await client.signInWithPasskey(credential)
    onSignedIn()
  }
  return (
    <div class="below">
      <PasskeyButton label={say.usePasskey} load={load} onAnswer={signIn} />
    </div>
  )
}
