import type { ComponentChildren } from 'preact'
import type { Api } from '../api/api.ts'
import { useWords } from '../context.ts'
import { providerLinkWords } from '../words/provider-links.ts'

/** The way out of the provider that has begun the session, if one can sign out there. */
export async function signedInThere(api: Api): Promise<ComponentChildren> {
  const { provider } = await api.call('GET /v1/me/provider')
  return provider?.sign_out_url && <StillThere name={provider.name} url={provider.sign_out_url} />
}

function StillThere({ name, url }: { name: string; url: string }) {
  const say = useWords(providerLinkWords)
  return (
    <>
      {' '}
      {say.stillThere(name)} <a href={url}>{say.signOutThere}</a>
    </>
  )
}
