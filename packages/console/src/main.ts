import { type Client, ClientError, cookieStorage, createClient, tabStorage } from 'latchkey/client'
import { h, render } from 'preact'
import { App } from './app.ts'
import type { Language } from './words.ts'

// The server wrote the page in the language the browser prefers; an address with ?lang= says otherwise.
const wanted = new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang
const language: Language = wanted.startsWith('zh') ? 'zh-Hant' : 'en'
const place = document.getElementById('console')
if (place) {
  const client = await openClient()
  place.replaceChildren()
  render(h(App, { client, language }), place)
}

/**
 * A reload stays signed in, by a cookie that no script can read. The server gives it to pages of its issuer's origin only:
 * whoever reaches the console by another address has the session in the memory of the tabs.
 */
async function openClient(): Promise<Client> {
  const options = { issuer: location.origin, clientId: 'console' }
  const client = createClient({ ...options, storage: cookieStorage })
  try {
    await client.restore()
    return client
  } catch (error) {
    // Who cannot be asked now is asked again when the network is back; meanwhile there is the form.
    if (!(error instanceof ClientError) || error.issuerCode !== 'origin_not_allowed') return client
    client.close()
    const inTabs = createClient({ ...options, storage: tabStorage })
    await inTabs.restore()
    return inTabs
  }
}
