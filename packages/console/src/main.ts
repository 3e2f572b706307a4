import { h, render } from 'preact'
import { App } from './app.ts'
import { createSession } from './session.ts'
import type { Language } from './words.ts'

// The server wrote the page in the language the browser prefers; an address with ?lang= says otherwise.
const wanted = new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang
const language: Language = wanted.startsWith('zh') ? 'zh-Hant' : 'en'
const session = createSession({ fetch: (...given) => fetch(...given), now: Date.now })
const place = document.getElementById('console')
if (place) {
  place.replaceChildren()
  render(h(App, { session, language }), place)
}
