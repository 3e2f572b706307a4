import type { Client } from 'latchkey/client'
import { Fragment, h } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ActivityPage } from './activity.ts'
import { createApi } from './api.ts'
import { Console, useConsole, useSession } from './context.ts'
import { DevicePage } from './device.ts'
import { DevicesPage } from './devices.ts'
import { PeoplePage } from './people.ts'
import { type Route, routeOf } from './routing.ts'
import { type Ending, SignInPage } from './sign-in.ts'
import { type Language, type Words, words } from './words.ts'

/** The console: who is signed in decides between the form and the pages, the address decides which page. */
export function App({ client, language: first }: { client: Client; language: Language }) {
  const [language, setLanguage] = useState(first)
  const [session, setSession] = useState(client.session)
  const [ending, setEnding] = useState<Ending>()
  const api = useMemo(() => createApi(client), [client])
  const say = words[language]

  // With the first drawing: whoever listens later could miss what another tab does in between.
  useLayoutEffect(() => {
    const stops = [
      client.on('signed-in', setSession),
      client.on('session-changed', setSession),
      client.on('signed-out', ({ reason }) => {
        setSession(undefined)
        setEnding(reason)
      }),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [client])
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])

  const switchLanguage = () => {
    const other = language === 'en' ? 'zh-Hant' : 'en'
    history.replaceState(null, '', `?lang=${other}${location.hash}`)
    setLanguage(other)
  }
  const signOut = () => client.signOut().catch(() => setEnding('untold'))
  const signedIn = session !== undefined

  // What had the focus is gone with the form, or with the page.
  const wasSignedIn = useRef(signedIn)
  useEffect(() => {
    if (wasSignedIn.current !== signedIn) document.getElementById('content')?.focus()
    wasSignedIn.current = signedIn
  }, [signedIn])

  return h(
    Console.Provider,
    { value: { say, language, client, api, session } },
    h('a', { class: 'skip', href: '#content', onClick: toContent }, say.skip),
    h(
      'header',
      null,
      h('span', { class: 'brand' }, h('span', { class: 'mark', 'aria-hidden': 'true' }), 'Latchkey'),
      h(
        'span',
        { class: 'who' },
        session && h('span', { class: 'faint name' }, say.signedInAs(session.username)),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            lang: language === 'en' ? 'zh-Hant' : 'en',
            onClick: switchLanguage,
          },
          say.otherLanguage,
        ),
        signedIn && h('button', { type: 'button', class: 'quiet', onClick: signOut }, say.signOut),
      ),
    ),
    // What one session was shown is not for the next.
    session ? h(Pages, { key: session.sessionId }) : h(SignInPage, { ending }),
  )
}

interface Place {
  readonly name: 'devices' | 'activity' | 'people'
  readonly title: keyof Words & ('devices' | 'activity' | 'people')
  /** One of these is needed to have any use of the page. */
  readonly scopes: readonly string[]
}
const places: readonly Place[] = [
  { name: 'devices', title: 'devices', scopes: ['devices:view', 'devices:bind', 'devices:read'] },
  { name: 'activity', title: 'activity', scopes: ['activity:read'] },
  { name: 'people', title: 'people', scopes: ['users:read'] },
]

function Pages() {
  const { say } = useConsole()
  const session = useSession()
  const route = useRoute()
  const open = places.filter(({ scopes }) => scopes.some((scope) => session.scopes.includes(scope)))
  const here = open.find(({ name }) => name === route.place) ?? open[0]
  useEffect(() => {
    document.title = here ? `${say[here.title]} · Latchkey` : say.title
  }, [say, here])

  return h(
    Fragment,
    null,
    h(
      'nav',
      { 'aria-label': say.navigation },
      open.map(({ name, title }) =>
        h(
          'a',
          { key: name, href: `#/${name}`, 'aria-current': here?.name === name ? 'page' : undefined },
          say[title],
        ),
      ),
    ),
    h('main', { id: 'content', tabIndex: -1 }, here && pageAt(here.name, route)),
  )
}

function pageAt(name: Place['name'], { item, query }: Route) {
  switch (name) {
    case 'devices':
      return item === undefined ? h(DevicesPage, null) : h(DevicePage, { key: item, uid: item })
    case 'activity':
      return h(ActivityPage, { key: query.toString(), query })
    case 'people':
      return h(PeoplePage, null)
  }
}

/** Pages are told apart after the `#`, so that the server has one page to serve and a link leads to where it says. */
function useRoute(): Route {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => {
      setHash(location.hash)
      document.getElementById('content')?.focus()
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return useMemo(() => routeOf(hash), [hash])
}

function toContent(event: Event): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}
