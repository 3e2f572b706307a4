import { translations } from './translations.ts'

/** What leads to a provider, and away from it. */
export const providerLinkWords = translations(
  {
    goOnWith: (name: string) => `Continue with ${name}`,
    stillThere: (name: string) => `You may still be signed in at ${name}.`,
    signOutThere: 'Sign out there too',
    thenAgain: 'You come back to this page, and do it again then.',
  },
  {
    goOnWith: (name) => `使用「${name}」繼續`,
    stillThere: (name) => `您可能仍登入「${name}」。`,
    signOutThere: '也在那裡登出',
    thenAgain: '之後會回到這個頁面，請再做一次。',
  },
)
