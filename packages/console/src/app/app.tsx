import type { Client } from 'latchkey/client'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { createApi } from '../api/api.ts'
import { type Acting, Console, useConsole, useWords } from '../context.ts'
import { RecoveryCodes } from '../elements/recovery-codes.tsx'
import type { SignedIn } from '../elements/sign-in/sign-in-steps.tsx'
import type { PageDefinition } from '../page-definition.ts'
import { type Ending, SignInPage } from '../pages/sign-in/page.tsx'
import type { PasskeyRequests } from '../passkeys/requests.ts'
import type { PasskeySignals } from '../passkeys/signals.ts'
import { secondStepWords } from '../words/second-step.ts'
import type { Language } from '../words/translations.ts'
import { chooseLanguage } from './language.ts'
import { nextIn } from './next.ts'
import { PasskeyCare } from './passkey-care.ts'
import { Router } from './router.tsx'
import { StepUp } from './step-up.tsx'
import { useWayOut } from './way-out.ts'

interface AppProps {
  readonly client: Client
  readonly isKnownByCookie: boolean
  readonly passkeys: PasskeyRequests
  readonly signals: PasskeySignals
  readonly language: Language
  readonly pages: readonly PageDefinition[]
}

/** Of a session that was there when the page was opened. */
const notHere: SignedIn = { recoveryCodes: [], byPassword: false }

/** The console: the sign-in form, or, for a person who is signed in, the pages. */
export function App({ client, isKnownByCookie, passkeys, signals, language: first, pages }: AppProps) {
  const [language, setLanguage] = useState(first)
  const [session, setSession] = useState(client.session)
  const [ending, setEnding] = useState<Ending>()
  const [signedIn, setSignedIn] = useState(notHere)
  const [acting, setActing] = useState<Acting>()
  const api = useMemo(
    () => createApi(acting === undefined ? client : asActing(acting, () => setActing(undefined))),
    [client, acting],
  )

  // A layout effect, because a later one could miss what another tab does in between.
  useLayoutEffect(() => {
    const stops = [
      client.on('signed-in', setSession),
      client.on('session-changed', setSession),
      client.on('signed-out', ({ reason }) => {
        setSession(undefined)
        setActing(undefined)
        setSignedIn(notHere)
        setEnding(reason)
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [client])
  // With the words, and not a moment later: a screen reader pronounces them by it.
  useLayoutEffect(() => {
    document.documentElement.lang = language
  }, [language])

  const switchLanguage = () => {
    const other = language === 'en' ? 'zh-Hant' : 'en'
    chooseLanguage(other)
    setLanguage(other)
  }
  const wayOut = useWayOut(client, session?.sessionId)
  // At once: whoever signs out and closes the page is not to stay signed in.
  const signOut = () => client.signOut().catch(() => setEnding('untold'))

  // The element that had the focus is gone with the form, or with the page.
  const isSignedIn = session !== undefined
  const wasSignedIn = useRef(isSignedIn)
  useEffect(() => {
    if (wasSignedIn.current !== isSignedIn) document.getElementById('content')?.focus()
    wasSignedIn.current = isSignedIn
  }, [isSignedIn])

  // An application has sent them here by way of the page without script: they sign in, also if they were, and go back there.
  const [next] = useState(() => nextIn(location.search))
  const isHere = signedIn !== notHere
  const isGoingOn = next !== undefined && isHere && isSignedIn && signedIn.recoveryCodes.length === 0
  useEffect(() => {
    if (isGoingOn) location.replace(next)
  }, [isGoingOn, next])

  return (
    <Console.Provider
      value={{
        ...{ language, client, isKnownByCookie, api, passkeys, signals, acting },
        ...{ session: session && (acting?.session ?? session), act: setActing },
      }}
    >
      <Header onLanguage={switchLanguage} onSignOut={signOut} />
      {/* The key: what one person has loaded must not be shown to the next. A fresh sign-in of the same one changes nothing. */}
      {session === undefined || (next !== undefined && !isHere) ? (
        <SignInPage
          ending={ending}
          more={ending === 'signed_out' || ending === 'untold' ? wayOut : undefined}
          onSignedIn={setSignedIn}
        />
      ) : signedIn.recoveryCodes.length > 0 ? (
        <NewCodes
          codes={signedIn.recoveryCodes}
          onDone={() => setSignedIn({ ...signedIn, recoveryCodes: [] })}
        />
      ) : isGoingOn ? undefined : (
        <Router key={acting?.session.sessionId ?? session.subject} pages={pages} />
      )}
      {acting && <acting.Bar />}
      {session && <StepUp />}
      {session && <PasskeyCare byPassword={signedIn.byPassword} />}
    </Console.Provider>
  )
}

/** Requests with the token by which an administrator acts as somebody: it is not refreshed, and no other is sent instead. */
function asActing({ accessToken }: Acting, onEnded: () => void): Pick<Client, 'fetch'> {
  return {
    async fetch(input, init) {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${accessToken}`)
      const response = await fetch(input, { ...init, headers })
      if (response.status === 401) onEnded()
      return response
    },
  }
}

/** The recovery codes of somebody who has enrolled a factor to sign in. */
function NewCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const say = useWords(secondStepWords)
  return (
    <main id="content" class="narrow" tabIndex={-1}>
      <h1>{say.codesTitle}</h1>
      <RecoveryCodes codes={codes} onDone={onDone} />
    </main>
  )
}

function Header({ onLanguage, onSignOut }: { onLanguage: () => void; onSignOut: () => void }) {
  const { language, session } = useConsole()
  const say = useWords()
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads within the page; only the address must not change by it. */}
      <a class="skip" href="#content" onClick={focusContent}>
        {say.skip}
      </a>
      <header>
        <span class="brand">
          <span class="mark" aria-hidden="true" />
          Latchkey
        </span>
        <span class="who">
          {session && <span class="faint name">{say.signedInAs(session.username)}</span>}
          {session && <a href="/debugger">{say.tokenDebugger}</a>}
          <button
            type="button"
            class="quiet"
            lang={language === 'en' ? 'zh-Hant' : 'en'}
            onClick={onLanguage}
          >
            {say.otherLanguage}
          </button>
          {session && (
            <button type="button" class="quiet" onClick={onSignOut}>
              {say.signOut}
            </button>
          )}
        </span>
      </header>
    </>
  )
}

/** The address stays as it is: what stands after its `#` names a page. */
function focusContent(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
