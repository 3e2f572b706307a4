import { useEffect, useRef } from 'preact/hooks'
import type { Api } from '../api/api.ts'
import { useConsole } from '../context.ts'
import type { PasskeyRequests } from '../passkeys/requests.ts'

/**
 * After a sign-in: a passkey is made without a prompt, if the password was typed here and browser and server will; then the browser is told which
 * passkeys there are. Nobody waits for it, and nothing is said if it fails. Whoever acts as somebody else has other passkeys.
 */
export function PasskeyCare({ byPassword }: { byPassword: boolean }) {
  const { api, acting, passkeys, signals } = useConsole()
  const hasMade = useRef(false)
  useEffect(() => {
    if (acting) return
    const leaving = new AbortController()
    const makes = byPassword && !hasMade.current
    hasMade.current ||= makes
    const made = makes ? makeSilently(api, passkeys).catch(() => {}) : Promise.resolve()
    void made.then(() => {
      const load = () => api.call('GET /v1/me/passkeys', { signal: leaving.signal })
      if (!leaving.signal.aborted) void signals.known(load)
    })
    return () => leaving.abort()
  }, [api, acting, byPassword, passkeys, signals])
  return null
}

/** Once in each browser, which the server knows by a cookie. */
async function makeSilently(api: Api, passkeys: PasskeyRequests): Promise<void> {
  if (passkeys.obstacle !== undefined || !(await passkeys.canMakeSilently())) return
  const asked = { body: { conditional: true }, withCookies: true } as const
  const { public_key } = await api.call('POST /v1/me/passkeys/options', asked)
  await passkeys.makeSilently(public_key, (credential) =>
    api.call('POST /v1/me/passkeys', { body: { credential } }),
  )
}
