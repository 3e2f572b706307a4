import { wholeText } from '../whole-text.ts'

/** How an access token for the mail server is obtained (RFC 6749). */
export interface OAuthSettings {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | undefined
  /** Given for a mailbox of a person, who has allowed it once; else the client asks for itself (section 4.4). */
  readonly refreshToken: string | undefined
}

/** The token endpoint refused or could not be reached. The text has its error code, and no secret. */
export class MailTokenError extends Error {}

/** Renewed so long before its end. */
const earlyMs = 60_000
const patienceMs = 15_000
const errorCodeForm = wholeText(/[\w.-]{1,60}/)

/** The access token for XOAUTH2, kept until shortly before it ends. */
export function createMailToken(
  settings: OAuthSettings,
  now: () => number,
  fetchToken: typeof fetch,
): (signal: AbortSignal) => Promise<string> {
  let held: { readonly token: string; readonly renewAt: number } | undefined
  return async (signal) => {
    if (held && now() < held.renewAt) return held.token
    const { token, lifeMs } = await ask(settings, fetchToken, signal)
    // A token of less than two minutes is used for half its life.
    held = { token, renewAt: now() + Math.max(lifeMs - earlyMs, lifeMs / 2) }
    return token
  }
}

async function ask(
  { tokenUrl, clientId, clientSecret, scope, refreshToken }: OAuthSettings,
  fetchToken: typeof fetch,
  signal: AbortSignal,
): Promise<{ token: string; lifeMs: number }> {
  const body = new URLSearchParams({
    grant_type: refreshToken === undefined ? 'client_credentials' : 'refresh_token',
    client_id: clientId,
    client_secret: clientSecret,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(scope !== undefined && { scope }),
  })
  let answer: Response
  try {
    answer = await fetchToken(tokenUrl, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    })
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } }
    throw new MailTokenError(`the token endpoint cannot be reached (${cause?.code ?? (error as Error).name})`)
  }
  const said: unknown = await answer.json().catch(() => undefined)
  const {
    access_token: token,
    expires_in: seconds,
    error,
  } = (said ?? {}) as Readonly<Record<string, unknown>>
  if (!answer.ok || typeof token !== 'string' || token === '') {
    const code = typeof error === 'string' && errorCodeForm.test(error) ? error : 'no access token'
    throw new MailTokenError(`the token endpoint answers ${answer.status}: ${code}`)
  }
  return { token, lifeMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 300_000 }
}
