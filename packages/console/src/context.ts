import type { Client, Session } from 'latchkey/client'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from './api.ts'
import type { Language, Words } from './words.ts'

/** What every page needs: the words, who is signed in, and the way to ask the server. */
export interface ConsoleContext {
  readonly say: Words
  readonly language: Language
  readonly client: Client
  readonly api: Api
  /** As it was when the page was drawn. */
  readonly session: Session | undefined
}

export const Console = createContext<ConsoleContext | undefined>(undefined)

export function useConsole(): ConsoleContext {
  const console = useContext(Console)
  if (!console) throw new TypeError('used outside of the console')
  return console
}

/** Who is signed in, for the pages that nobody else sees. */
export function useSession(): Session {
  const { session } = useConsole()
  if (!session) throw new TypeError('used while nobody is signed in')
  return session
}
