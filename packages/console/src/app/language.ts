import type { Language } from '../words/translations.ts'

/** It is no secret, and belongs to the browser: it outlives a sign-out. */
const key = 'latchkey.language'

/**
 * The language of the page when it is opened: what its address says by `?lang=`, else what was chosen in this browser, else the one
 * that the server wrote it in, which the browser prefers.
 */
export function languageAtStart(): Language {
  const wanted =
    new URLSearchParams(location.search).get('lang') ?? chosenBefore() ?? document.documentElement.lang
  return wanted.startsWith('zh') ? 'zh-Hant' : 'en'
}

/** Keep a choice for pages that are opened later. A browser that keeps nothing has it in the address, until another is opened. */
export function chooseLanguage(language: Language): void {
  history.replaceState(null, '', `?lang=${language}${location.hash}`)
  try {
    localStorage.setItem(key, language)
  } catch {
    // It may be turned off, or full.
  }
}

function chosenBefore(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}
