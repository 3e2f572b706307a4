import type { ClientInfo } from '../../client-info.ts'
import type { Letter } from '../../mail/letter.ts'
import type { Language } from '../../pages/page.ts'

type CodeLetter = (
  username: string,
  code: string,
  client: ClientInfo,
  recover: string,
) => Omit<Letter, 'language'>

/** The letter with a code that answers a sign-in from a place that the account does not know. */
export const codeWords: Record<Language, CodeLetter> = {
  en: (username, code, { address }, url) => ({
    subject: 'Your code to sign in',
    paragraphs: [
      `Somebody typed the password of the account ${username} in a browser that has not signed in to it before${address === '' ? '' : `, at the address ${address}`}.`,
      `If it was you, type this code there: ${code}`,
    ],
    link: { label: 'This was not me: set a new password', url },
    notes: [
      'The code works for 10 minutes, once. Give it to nobody, whoever asks.',
      'If it was not you, somebody knows your password: set a new one.',
    ],
  }),
  'zh-Hant': (username, code, { address }, url) => ({
    subject: '您的登入驗證碼',
    paragraphs: [
      `有人在從未登入過帳號「${username}」的瀏覽器輸入了密碼${address === '' ? '' : `，位址為 ${address}`}。`,
      `如果是您，請在那裡輸入這個驗證碼：${code}`,
    ],
    link: { label: '不是我：設定新密碼', url },
    notes: [
      '驗證碼 10 分鐘內有效，只能使用一次。請勿告訴任何人。',
      '如果不是您，表示有人知道您的密碼：請設定新密碼。',
    ],
  }),
}
