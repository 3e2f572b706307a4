import type { Client } from 'latchkey/client'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { createApi } from '../api/api.ts'

/**
 * The way out of the provider that has begun the last session, as `signedInThere` gives it. It is asked for as soon as there is a session,
 * as nobody answers afterwards; an answer that is under way when the session ends still counts.
 */
export function useWayOut(client: Client, sessionId: string | undefined): ComponentChildren {
  const [found, setFound] = useState<ComponentChildren>()
  const last = useRef<string>(undefined)
  useEffect(() => {
    if (sessionId === undefined) return
    last.current = sessionId
    setFound(undefined)
    import('./signed-in-there.tsx')
      .then(({ signedInThere }) => signedInThere(createApi(client)))
      .then(
        (one) => {
          if (last.current === sessionId) setFound(one)
        },
        // There is a page to sign out at all the same, at the provider.
        () => {},
      )
  }, [client, sessionId])
  return found
}
