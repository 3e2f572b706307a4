import type { SecretReading } from 'latchkey/token/explain/codes'
import type { SigningKey, VerificationKey } from 'latchkey/token/explain/web'
import type { ReadKeys } from 'latchkey/token/explain/web/keys'
import { useEffect, useState } from 'preact/hooks'
import type { ServerKeys } from './server-keys.ts'
import type { Words } from './words/words.ts'

export type Reading = SecretReading | 'text' | 'auto'

/** The keys to check with, and what of them can sign. */
export interface ChosenKeys {
  readonly source: 'server' | 'own'
  readonly text: string
  readonly wanted: Reading
  readonly form: ReadKeys['form']
  readonly keys: readonly VerificationKey[]
  readonly signing: readonly SigningKey[]
  readonly unusable: number
  /** How a secret was read so that it fits, where that is not as text. */
  readonly reading: SecretReading | undefined
  /** Why the text is no key, in English as the library says it. */
  readonly fault: string
  readonly choose: (source: 'server' | 'own', text: string, wanted: Reading) => void
}

type Read = Pick<ChosenKeys, 'form' | 'keys' | 'signing' | 'unusable' | 'reading' | 'fault'>

const nothing: Read = { form: 'nothing', keys: [], signing: [], unusable: 0, reading: undefined, fault: '' }

/** The keys of the server unless somebody gives one of their own. */
export function useChosenKeys(
  loading: Promise<typeof import('./pasted-keys.ts')>,
  server: ServerKeys,
  token: string,
  nowMs: number,
): ChosenKeys {
  const [choice, setChoice] = useState({
    source: 'server' as 'server' | 'own',
    text: '',
    wanted: 'auto' as Reading,
  })
  const [own, setOwn] = useState<Read>(nothing)
  const { source, text, wanted } = choice
  // Only a secret whose reading is to be found depends on the token.
  const against = own.form === 'secret' && wanted === 'auto' ? token : ''
  useEffect(() => {
    let isCurrent = true
    const settle = (read: Read) => isCurrent && setOwn(read)
    const reading =
      text === ''
        ? Promise.resolve(nothing)
        : loading.then(({ keysFor }) => keysFor(text, token, wanted, nowMs))
    reading.then(
      (read) => settle({ ...read, fault: '' }),
      (error: unknown) =>
        settle({ ...nothing, fault: error instanceof Error ? error.message : String(error) }),
    )
    return () => {
      isCurrent = false
    }
  }, [text, wanted, against])
  const read = source === 'server' ? { ...nothing, keys: server.keys } : own
  return {
    ...choice,
    ...read,
    signing: own.signing,
    choose: (source, text, wanted) => setChoice({ source, text, wanted }),
  }
}

/** A key by its id and algorithm. */
export function nameOf(
  { screen }: Words,
  { algorithm, keyId }: { algorithm: string; keyId: string | undefined },
) {
  return keyId === undefined ? screen.keyNameless(algorithm) : screen.keyNamed(algorithm, keyId)
}
