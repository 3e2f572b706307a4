import type { Letter } from '../../mail/letter.ts'
import type { Language } from '../../pages/page.ts'

interface Words {
  readonly letter: (username: string, url: string) => Omit<Letter, 'language'>
  readonly askTitle: string
  readonly askText: string
  readonly login: string
  readonly askSubmit: string
  readonly askedTitle: string
  readonly askedText: string
  readonly askedHint: string
  readonly noMailTitle: string
  readonly noMailText: string
  readonly tooMany: string
  readonly missing: string
  readonly title: string
  readonly intro: (username: string) => string
  readonly ends: string
  readonly submit: string
  readonly doneTitle: string
  readonly doneText: (username: string) => string
  readonly signIn: string
  readonly overTitle: string
  readonly overText: string
  readonly askAgain: string
}

/** What the letter and the pages of a forgotten password say. */
export const words: Record<Language, Words> = {
  en: {
    letter: (username, url) => ({
      subject: 'Set a new password',
      paragraphs: [
        `Somebody asked for a new password for the account ${username}. If it was you, open the page below.`,
      ],
      link: { label: 'Set a new password', url },
      notes: [
        'The link works for 30 minutes, once.',
        'If it was not you, do nothing: your password stays as it is.',
      ],
    }),
    askTitle: 'Forgotten your password?',
    askText:
      'Say who you are. If the account has a confirmed address of mail, a link is sent to it, on which you set a new password.',
    login: 'User name or address of mail',
    askSubmit: 'Send the link',
    askedTitle: 'Look at your mail',
    askedText:
      'If there is such an account with a confirmed address, a link is on its way to it. The link works for 30 minutes.',
    askedHint: 'No letter? Look among the unwanted ones, or ask whoever runs this server.',
    noMailTitle: 'This server sends no mail',
    noMailText: 'Ask whoever runs it for a link on which you set a new password.',
    tooMany: 'That was too often. Please wait a few minutes and try again.',
    missing: 'Please type your user name or your address.',
    title: 'Set a new password',
    intro: (username) => `Choose a new password for ${username}.`,
    ends: 'Every session of the account ends, and you sign in again with the new password.',
    submit: 'Set password',
    doneTitle: 'Your password is set',
    doneText: (username) => `You can now sign in as ${username}. Every session of the account has ended.`,
    signIn: 'Sign in',
    overTitle: 'This link is over',
    overText: 'It was used already, or its time is up. If you have set a new password with it, sign in.',
    askAgain: 'Ask for a new link',
  },
  'zh-Hant': {
    letter: (username, url) => ({
      subject: '設定新密碼',
      paragraphs: [`有人要求為帳號「${username}」設定新密碼。如果是您，請開啟下面的頁面。`],
      link: { label: '設定新密碼', url },
      notes: ['這個連結 30 分鐘內有效，只能使用一次。', '如果不是您，不需要做任何事：您的密碼不會改變。'],
    }),
    askTitle: '忘記密碼？',
    askText: '請輸入您是誰。如果帳號有已確認的電子郵件地址，我們會寄出連結，讓您設定新密碼。',
    login: '使用者名稱或電子郵件地址',
    askSubmit: '寄送連結',
    askedTitle: '請查看您的信箱',
    askedText: '如果有這個帳號，而且有已確認的地址，連結已經寄出。連結 30 分鐘內有效。',
    askedHint: '沒有收到信？請查看垃圾郵件，或詢問這個伺服器的管理者。',
    noMailTitle: '這個伺服器不寄送郵件',
    noMailText: '請向管理者索取設定新密碼的連結。',
    tooMany: '太頻繁了，請等幾分鐘再試。',
    missing: '請輸入您的使用者名稱或地址。',
    title: '設定新密碼',
    intro: (username) => `請為「${username}」設定新密碼。`,
    ends: '帳號的所有工作階段都會結束，請用新密碼重新登入。',
    submit: '設定密碼',
    doneTitle: '密碼已設定',
    doneText: (username) => `您現在可以用「${username}」登入。帳號的所有工作階段都已結束。`,
    signIn: '登入',
    overTitle: '連結已失效',
    overText: '這個連結已經用過，或已經過期。如果您已經用它設定了新密碼，請直接登入。',
    askAgain: '索取新的連結',
  },
}
