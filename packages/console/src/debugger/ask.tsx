import { takeApart } from 'latchkey/token/explain/codes'
import { useState } from 'preact/hooks'
import type { Words } from './words/words.ts'

/** What `POST /v1/verify` answers of a token that is valid. */
interface Verified {
  readonly subject: string
  readonly kind: string
  readonly session_id: string | null
  readonly user_type: string | null
  readonly scope: string
}

type Answer =
  | { readonly kind: 'good'; readonly token: Verified }
  | { readonly kind: 'revoked' | 'invalid' | 'unreachable' }

/** The one way in which a token leaves the page: a press of this button, to the own server. */
export function Ask({ words: { screen }, token }: { words: Words; token: string }) {
  const [answer, setAnswer] = useState<Answer>()
  return (
    <section>
      <h2>{screen.ask}</h2>
      <p class="hint">{screen.askSays(location.origin)}</p>
      <button type="button" onClick={async () => setAnswer(await ask(takeApart(token).token))}>
        {screen.askNow}
      </button>
      <div role="status">
        {answer?.kind === 'revoked' && <p class="bad">{screen.askedRevoked}</p>}
        {answer?.kind === 'invalid' && <p class="bad">{screen.askedInvalid}</p>}
        {answer?.kind === 'unreachable' && <p class="bad">{screen.askedUnreachable}</p>}
        {answer?.kind === 'good' && <Good {...{ screen, token: answer.token }} />}
      </div>
    </section>
  )
}

function Good({ screen, token }: { screen: Words['screen']; token: Verified }) {
  const { subject, kind, session_id, user_type, scope } = token
  const facts = [
    [screen.subject, subject],
    [screen.kind, kind],
    [screen.userType, user_type],
    [screen.session, session_id],
    [screen.scope, scope],
  ]
  return (
    <>
      <p class="good">{screen.askedGood}</p>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd class="mono">{value}</dd>
              </div>
            ),
        )}
      </dl>
      {kind === 'user' && <a href={`/console#/people/${subject}`}>{screen.openPerson}</a>}
    </>
  )
}

async function ask(token: string): Promise<Answer> {
  try {
    const response = await fetch('/v1/verify', {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    const body = (await response.json()) as Verified & { readonly code?: string } // of our own server
    if (response.ok) return { kind: 'good', token: body }
    return { kind: body.code === 'token_revoked' ? 'revoked' : 'invalid' }
  } catch {
    return { kind: 'unreachable' }
  }
}
