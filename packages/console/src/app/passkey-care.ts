import { useEffect } from 'preact/hooks'
import { useConsole } from '../context.ts'

/** After a sign-in, the browser is told which passkeys there are. Whoever acts as somebody else has other passkeys. */
export function PasskeyCare() {
  const { api, acting, signals } = useConsole()
  useEffect(() => {
    if (acting || !signals.areTaken) return
    const leaving = new AbortController()
    api
      .call('GET /v1/me/passkeys', { signal: leaving.signal })
      .then((list) => signals.known(list))
      .catch(() => {})
    return () => leaving.abort()
  }, [api, acting, signals])
  return null
}
