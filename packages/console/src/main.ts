import { createClient, tabStorage } from 'latchkey/client'
import { h, render } from 'preact'
import { App } from './app.ts'
import type { Language } from './words.ts'

// The server wrote the page in the language the browser prefers; an address with ?lang= says otherwise.
const wanted = new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang
const language: Language = wanted.startsWith('zh') ? 'zh-Hant' : 'en'
// In the memory of the tabs, so that a device can be opened in a tab of its own, and nowhere else, so that closing or
// reloading the last one forgets it.
const client = createClient({ issuer: location.origin, clientId: 'console', storage: tabStorage })
const place = document.getElementById('console')
if (place) {
  await client.restore()
  place.replaceChildren()
  render(h(App, { client, language }), place)
}
