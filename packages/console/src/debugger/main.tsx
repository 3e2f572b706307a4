import { render } from 'preact'
import type { Language } from '../words/translations.ts'
import { App } from './app.tsx'
import type { FoundWords, PageWords, Words } from './words/words.ts'

const catalogues: Record<Language, readonly [page: () => Promise<Page>, found: () => Promise<Found>]> = {
  en: [() => import('./words/page-en.ts'), () => import('./words/found-en.ts')],
  'zh-Hant': [() => import('./words/page-zh.ts'), () => import('./words/found-zh.ts')],
}
type Page = { readonly pageWords: PageWords }
type Found = { readonly foundWords: FoundWords }

const wanted = new URLSearchParams(location.search).get('lang') ?? document.documentElement.lang
const language: Language = wanted.startsWith('zh') ? 'zh-Hant' : 'en'
const place = document.getElementById('debugger')

if (place) {
  const shared = sharedText()
  const [loadPage] = catalogues[language]
  const { pageWords } = await loadPage()
  place.replaceChildren()
  // The page stands with the first scripts. The others are requested now as well, so that it needs the server no more.
  const rest = {
    words: { en: allWords('en'), 'zh-Hant': allWords('zh-Hant') },
    judge: import('./judge.ts'),
    panels: import('./panels.tsx'),
    pastedKeys: import('./pasted-keys.ts'),
    serverKeys: import('./server-keys.ts').then(({ loadServerKeys }) => loadServerKeys()),
  }
  render(<App {...{ pageWords, rest, shared }} />, place)
}

async function allWords(language: Language): Promise<Words> {
  const [{ pageWords }, { foundWords }] = await Promise.all(
    catalogues[language].map((load) => load()) as [Promise<Page>, Promise<Found>], // the pair above
  )
  return { ...pageWords, ...foundWords }
}

/** What a link brought behind its `#`, which no server sees. It does not stay in the address, nor in the history. */
function sharedText(): string {
  const parameters = new URLSearchParams(location.hash.slice(1))
  const name = ['t', 'token', 'id_token', 'access_token', 'value'].find((one) => parameters.has(one))
  if (name === undefined) return ''
  history.replaceState(null, '', location.pathname + location.search)
  return parameters.get(name) ?? ''
}
