import type { Language } from '../pages/page.ts'

interface Words {
  readonly title: string
  readonly intro: string
  readonly empty: string
  readonly to: string
  readonly at: string
  readonly testSubject: string
  readonly testText: (issuer: string) => string
}

/** What the page of the outbox says, and the letter that tries the settings. */
export const words: Record<Language, Words> = {
  en: {
    title: 'Letters that would have been sent',
    intro:
      'This server runs in development mode and has no mail server (LATCHKEY_MAIL_URL). The letters stay here for as long as their links work, or for a day.',
    empty: 'No letters yet.',
    to: 'To',
    at: 'Written',
    testSubject: 'Mail from Latchkey works',
    testText: (issuer) => `The Latchkey server ${issuer} can send mail. Nothing needs to be done.`,
  },
  'zh-Hant': {
    title: '原本會寄出的信件',
    intro:
      '這個伺服器以開發模式執行，沒有設定郵件伺服器（LATCHKEY_MAIL_URL）。信件會保留在這裡，直到連結失效或滿一天。',
    empty: '還沒有信件。',
    to: '收件人',
    at: '寫於',
    testSubject: 'Latchkey 可以寄信',
    testText: (issuer) => `Latchkey 伺服器 ${issuer} 可以寄送郵件。不需要做任何事。`,
  },
}
