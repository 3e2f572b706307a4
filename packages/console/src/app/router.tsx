import type { ComponentType } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useConsole, useSession, useWords } from '../context.ts'
import { isInNavigation, isPermitted, type PageDefinition } from '../page-definition.ts'
import { addressOf, paramsOf } from '../routing.ts'

interface RouterProps {
  readonly pages: readonly PageDefinition[]
}

/** The navigation, and the page that the address names. */
export function Router({ pages }: RouterProps) {
  const { language } = useConsole()
  const { scopes } = useSession()
  const say = useWords()
  const hash = useHash()
  const address = useMemo(() => addressOf(hash), [hash])
  const listed = pages.filter((page) => isInNavigation(page) && isPermitted(page, scopes))
  // Without an address, the first page of the navigation.
  const page =
    address.segments.length === 0
      ? (listed[0] ?? pages[0])
      : pages.find(({ path }) => paramsOf(path, address))
  const mayOpen = page !== undefined && isPermitted(page, scopes)
  const loaded = useLoaded(mayOpen ? page : undefined)
  const title = page?.title[language] ?? say.noPage
  useEffect(() => {
    document.title = `${title} · Latchkey`
  }, [title])

  // On a narrow screen the navigation is one line, of which a part is seen.
  const navigation = useRef<HTMLElement>(null)
  useEffect(() => {
    const nav = navigation.current
    const link = nav?.querySelector<HTMLElement>('[aria-current]')
    if (nav && link && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = link.offsetLeft - nav.offsetLeft
  }, [page])

  return (
    <>
      <nav aria-label={say.navigation} ref={navigation}>
        {listed.map(({ path, title, badge }) => (
          <a key={path} href={`#${path}`} aria-current={currentMark(path, page)}>
            {title[language]}
            {badge && <Beside load={badge} />}
          </a>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        {!page ? (
          <NoPage />
        ) : !mayOpen ? (
          <NoPermission page={page} />
        ) : !loaded ? (
          <p class="faint late">{say.loading}</p>
        ) : loaded === 'failed' ? (
          <NotLoaded title={title} />
        ) : (
          <loaded.Page
            key={hash}
            title={title}
            params={paramsOf(page.path, address) ?? {}}
            query={address.query}
          />
        )}
      </main>
    </>
  )
}

/** What a page says in the navigation. Nothing waits for it. */
function Beside({ load }: { load: NonNullable<PageDefinition['badge']> }) {
  const [Badge, setBadge] = useState<ComponentType>()
  useEffect(() => {
    load().then(
      (loaded) => setBadge(() => loaded.Badge),
      () => {},
    )
  }, [load])
  return Badge ? <Badge /> : null
}

/** A page below one of the navigation, such as a device below the devices, marks the link to that one. */
function currentMark(path: string, page: PageDefinition | undefined): 'page' | 'true' | undefined {
  if (page?.path === path) return 'page'
  return page?.path.startsWith(`${path}/`) ? 'true' : undefined
}

/** Pages are named after the `#`, so that the server has one page to serve and a link can name any of them. */
function useHash(): string {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => {
      setHash(location.hash)
      document.getElementById('content')?.focus()
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return hash
}

type Loaded = Awaited<ReturnType<PageDefinition['load']>> | 'failed'

/** The script of a page, loaded when the page is opened. A page whose script failed to load is tried again when it is opened again. */
function useLoaded(page: PageDefinition | undefined): Loaded | undefined {
  const [known, setKnown] = useState<ReadonlyMap<PageDefinition, Loaded>>(new Map())
  useEffect(() => {
    if (!page) return
    const keep = (loaded: Loaded) =>
      setKnown((before) => (before.get(page) === loaded ? before : new Map(before).set(page, loaded)))
    page.load().then(keep, () => keep('failed'))
  }, [page])
  return page && known.get(page)
}

/** A server that was updated has other scripts than those that the open page knows of. Loading everything again helps. */
function NotLoaded({ title }: { title: string }) {
  const say = useWords()
  return (
    <>
      <h1>{title}</h1>
      <p class="bad" role="alert">
        {say.notLoaded}
      </p>
      <button type="button" onClick={() => location.reload()}>
        {say.loadAgain}
      </button>
    </>
  )
}

function NoPermission({ page: { title, permission } }: { page: PageDefinition }) {
  const { language } = useConsole()
  const say = useWords()
  return (
    <>
      <h1>{say.noPermission}</h1>
      <p>{say.noPermissionFor(title[language])}</p>
      <p class="row">
        {say.permissionsNeeded}
        {(permission === 'everybody' ? [] : permission).map((name) => (
          <code key={name}>{name}</code>
        ))}
      </p>
    </>
  )
}

function NoPage() {
  const say = useWords()
  return (
    <>
      <h1>{say.noPage}</h1>
      <p>{say.noPageHint}</p>
    </>
  )
}
