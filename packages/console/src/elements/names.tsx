import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answer } from '../api/api.ts'
import { useConsole, useSession } from '../context.ts'

type Named = Answer<'GET /v1/activity/names'>['items'][number]

/** What subjects and targets of events are called, as far as the reader may see it. */
export type Names = ReadonlyMap<string, Named>

/** The server answers for so many at once. */
const mostAsked = 100

/** Ask what these are called, each once for as long as the page is open. What has no name stays an id. */
export function useNames(ids: readonly (string | null)[]): Names {
  const { api } = useConsole()
  const [names, setNames] = useState<Names>(new Map())
  const asked = useRef(new Set<string>())
  const leaving = useRef(new AbortController())
  useEffect(() => () => leaving.current.abort(), [])
  const missing = [...new Set(ids)].filter((id) => id !== null && isLikeId(id) && !asked.current.has(id))
  const batch = missing.slice(0, mostAsked).join()

  useEffect(() => {
    if (batch === '') return
    const wanted = batch.split(',')
    for (const id of wanted) asked.current.add(id)
    api
      .call('GET /v1/activity/names', { query: { ids: batch }, signal: leaving.current.signal })
      .then(({ items }) => {
        // Also where none has a name: the next ones are asked for.
        setNames((known) => new Map([...known, ...items.map((item) => [item.id, item] as const)]))
      })
      // An id says the same with less comfort. It is asked for again when the page shows something else.
      .catch(() => {
        for (const id of wanted) asked.current.delete(id)
      })
    // More that comes meanwhile does not end this request.
  }, [api, batch])
  return names
}

const isLikeId = (text: string | null) => text !== null && /^[\w.-]{1,64}$/.test(text)

/** The page of a subject or a target, for a reader who may open it. */
export function usePageOf(): (kind: string | null, id: string, named?: Named) => string | undefined {
  const { scopes } = useSession()
  return (kind, id, named) => {
    if (kind === 'api_key') {
      const owner = named?.owner ?? null
      return owner !== null && scopes.includes('users:read')
        ? `#/people/${encodeURIComponent(owner)}`
        : undefined
    }
    const page = pages.find((one) => one.kind === kind)
    if (!page?.permissions.some((permission) => scopes.includes(permission))) return undefined
    return page.isList ? page.path : page.path + encodeURIComponent(id)
  }
}

const pages: readonly {
  readonly kind: string
  readonly path: string
  readonly permissions: readonly string[]
  readonly isList?: boolean
}[] = [
  { kind: 'user', path: '#/people/', permissions: ['users:read'] },
  { kind: 'device', path: '#/devices/', permissions: ['devices:view', 'devices:bind', 'devices:read'] },
  { kind: 'service', path: '#/services/', permissions: ['services:read'] },
  { kind: 'app', path: '#/partners/', permissions: ['apps:read'] },
  { kind: 'webhook', path: '#/webhooks/', permissions: ['webhooks:write'] },
  { kind: 'alarm', path: '#/alarms?alarm=', permissions: ['activity:read'] },
  { kind: 'key', path: '#/keys', permissions: ['keys:read'], isList: true },
]
