import { translations } from './translations.ts'

/** What leads to a provider, and away from it. */
export const providerLinkWords = translations(
  {
    goOnWith: (name: string) => `Continue with ${name}`,
    thenAgain: 'You come back to this page, and do it again then.',
  },
  {
    goOnWith: (name) => `使用「${name}」繼續`,
    thenAgain: '之後會回到這個頁面，請再做一次。',
  },
)
