import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from './api.ts'
import type { Session } from './session.ts'
import type { Language, Words } from './words.ts'

/** What every page needs: the words, who is signed in, and the way to ask the server. */
export interface ConsoleContext {
  readonly say: Words
  readonly language: Language
  readonly session: Session
  readonly api: Api
}

export const Console = createContext<ConsoleContext | undefined>(undefined)

export function useConsole(): ConsoleContext {
  const console = useContext(Console)
  if (!console) throw new TypeError('used outside of the console')
  return console
}
