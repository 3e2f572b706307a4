import { useEffect, useState } from 'preact/hooks'
import type { Answer } from '../../api/api.ts'
import { useConsole, useWords } from '../../context.ts'
import { providerLinkWords } from '../../words/provider-links.ts'

interface Offered {
  readonly key: string
  readonly name: string
}

/** Links to the providers at which one may sign in, or has to prove again who one is. Where they cannot be asked, there are none. */
export function ProviderLinks({ isFresh }: { isFresh: boolean }) {
  return isFresh ? <LinkedLinks /> : <OfferedLinks />
}

function OfferedLinks() {
  const [offered, setOffered] = useState<readonly Offered[]>([])
  useEffect(() => {
    const leaving = new AbortController()
    // Nobody is signed in, so it is asked past the client; and without the code of others, which would be a file more to load.
    fetch('/v1/sign-in/providers', { signal: leaving.signal })
      .then(async (response): Promise<Answer<'GET /v1/sign-in/providers'>> => {
        if (!response.ok) throw new Error(response.statusText)
        return response.json()
      })
      .then(
        ({ items }) => setOffered(items),
        () => {},
      )
    return () => leaving.abort()
  }, [])
  return <Links providers={offered} isFresh={false} />
}

/** For somebody who is signed in: the providers that are linked with the account. */
function LinkedLinks() {
  const { api } = useConsole()
  const [linked, setLinked] = useState<readonly Offered[]>([])
  useEffect(() => {
    const leaving = new AbortController()
    api.call('GET /v1/me/identities', { signal: leaving.signal }).then(
      ({ items }) =>
        setLinked(
          items.flatMap(({ provider, provider_name: name, is_usable: isUsable }) =>
            isUsable && provider !== null ? [{ key: provider, name: name ?? provider }] : [],
          ),
        ),
      () => {},
    )
    return () => leaving.abort()
  }, [api])
  return <Links providers={linked} isFresh />
}

function Links({ providers, isFresh }: { providers: readonly Offered[]; isFresh: boolean }) {
  const say = useWords(providerLinkWords)
  if (providers.length === 0) return null
  const query = new URLSearchParams({
    // An application may be waiting behind the sign-in. The server takes a path of its own only.
    next: (!isFresh && new URLSearchParams(location.search).get('next')) || `/console${location.hash}`,
    ...(isFresh && { fresh: 'yes' }),
  })
  return (
    <div class="below">
      {providers.map(({ key, name }) => (
        <p key={key}>
          <a class="button" href={`/sign-in/with/${key}?${query}`}>
            {say.goOnWith(name)}
          </a>
        </p>
      ))}
      {isFresh && <p class="hint">{say.thenAgain}</p>}
    </div>
  )
}
