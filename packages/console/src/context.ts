import type { Client, Session } from 'latchkey/client'
import { type ComponentType, createContext } from 'preact'
import { useContext, useMemo } from 'preact/hooks'
import type { Api } from './api/api.ts'
import type { PasskeyRequests } from './passkeys/requests.ts'
import type { PasskeySignals } from './passkeys/signals.ts'
import { type SharedWords, shared } from './words/shared.ts'
import type { Language, Translated } from './words/translations.ts'

/** What every page needs: the language, the session, and the server's interface. */
export interface ConsoleContext {
  readonly language: Language
  readonly client: Client
  /** Whether the server knows this browser by a cookie, which it sets for pages of its issuer's origin only. */
  readonly isKnownByCookie: boolean
  readonly api: Api
  readonly passkeys: PasskeyRequests
  readonly signals: PasskeySignals
  /** As it was when the page was rendered. */
  readonly session: Session | undefined
  /** As whom an administrator acts; `session` is then theirs. Undefined for whoever acts for themselves. */
  readonly acting: Acting | undefined
  /** Begin to act as somebody, or with undefined end it. */
  readonly act: (acting: Acting | undefined) => void
}

/** A token by which an administrator acts as somebody. It is kept in this page alone, and gone with it. */
export interface Acting {
  readonly session: Session
  readonly accessToken: string
  readonly endsAtMs: number
  /** Says so on every page. It comes with whoever begins, so that nobody acts without it and nobody else loads it. */
  readonly Bar: ComponentType
}

export const Console = createContext<ConsoleContext | undefined>(undefined)

export function useConsole(): ConsoleContext {
  const console = useContext(Console)
  if (!console) throw new TypeError('used outside of the console')
  return console
}

/** The session, for pages that are shown only to people who are signed in. */
export function useSession(): Session {
  const { session } = useConsole()
  if (!session) throw new TypeError('used while nobody is signed in')
  return session
}

/** The words of a page in the language of the reader, and the shared ones. */
export function useWords<Own extends object = Record<never, never>>(
  own?: Translated<Own>,
): Own & SharedWords {
  const { language } = useConsole()
  // Without words of its own, `Own` is the empty object.
  return useMemo(() => ({ ...shared[language], ...(own?.[language] as Own) }), [own, language])
}
