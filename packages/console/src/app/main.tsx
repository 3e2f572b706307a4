import { type Client, ClientError, cookieStorage, createClient, tabStorage } from 'latchkey/client'
import { render } from 'preact'
import { passkeysWhenNeeded } from '../passkeys/when-needed.ts'
import { App } from './app.tsx'
import { languageAtStart } from './language.ts'
import { pages } from './pages.ts'

const language = languageAtStart()
const place = document.getElementById('console')
if (place) {
  const { client, isKnownByCookie } = await openClient()
  place.replaceChildren()
  render(<App {...{ client, isKnownByCookie, language, pages, ...passkeysWhenNeeded() }} />, place)
}

/**
 * The session survives a reload by a cookie that no script can read. The server sets the cookie only for pages of its
 * issuer's origin. At another address of the console the session is in the memory of the tabs.
 */
async function openClient(): Promise<{ client: Client; isKnownByCookie: boolean }> {
  const options = { issuer: location.origin, clientId: 'console' }
  const client = createClient({ ...options, storage: cookieStorage })
  try {
    await client.restore()
    return { client, isKnownByCookie: true }
  } catch (error) {
    // If the server cannot be reached, the client tries again when the network is back. Meanwhile there is the form.
    if (!(error instanceof ClientError) || error.issuerCode !== 'origin_not_allowed') {
      return { client, isKnownByCookie: true }
    }
    client.close()
    const inTabs = createClient({ ...options, storage: tabStorage })
    await inTabs.restore()
    return { client: inTabs, isKnownByCookie: false }
  }
}
