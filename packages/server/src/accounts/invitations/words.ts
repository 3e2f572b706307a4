import type { Letter } from '../../mail/letter.ts'
import type { Language } from '../../pages/page.ts'
import type { PasswordFault } from '../passwords/rules.ts'

interface Words {
  readonly letter: (username: string, url: string) => Omit<Letter, 'language'>
  readonly title: string
  readonly intro: (username: string) => string
  readonly password: string
  readonly hint: string
  readonly again: string
  readonly submit: string
  readonly different: string
  readonly unacceptable: Readonly<Record<PasswordFault, string>>
  readonly busy: string
  readonly doneTitle: string
  readonly doneText: (username: string) => string
  readonly signIn: string
  readonly overTitle: string
  readonly overText: string
}

/** What the invitation's page says. A language without one of these does not compile. */
export const words: Record<Language, Words> = {
  en: {
    letter: (username, url) => ({
      subject: 'You are invited',
      paragraphs: [
        `An account was made for you: ${username}. Open the page below and choose a password to sign in with.`,
      ],
      link: { label: 'Set your password', url },
      notes: ['The link works for 24 hours, once.', 'If you did not expect this, do nothing.'],
    }),
    title: 'Set your password',
    intro: (username) => `You were invited as ${username}. Choose a password to sign in with.`,
    password: 'Password',
    hint: 'At least 15 characters. A few unrelated words do well; blanks are welcome.',
    again: 'The same once more',
    submit: 'Set password',
    different: 'The two were not the same. Please type them again.',
    unacceptable: {
      too_short:
        'This password is too short: it needs at least 15 characters. A few unrelated words do well.',
      too_long: 'This password is too long: it may have at most 1024 bytes.',
      common:
        'This password is on the lists that are tried first, because many people use it or it has become known. Please choose another: a few unrelated words do well.',
      personal:
        'This password is little more than your name or the name of this server, which are tried first. Please choose another: a few unrelated words do well.',
    },
    busy: 'Too many people are here at this moment. Please try again in a few seconds.',
    doneTitle: 'Your password is set',
    doneText: (username) =>
      `You can now sign in as ${username}. This link has done its work and does nothing more.`,
    signIn: 'Sign in',
    overTitle: 'This link is over',
    overText: 'It was used already, or its time is up. Ask whoever invited you for a new one.',
  },
  'zh-Hant': {
    letter: (username, url) => ({
      subject: '您收到邀請',
      paragraphs: [`我們為您建立了帳號「${username}」。請開啟下面的頁面，設定登入密碼。`],
      link: { label: '設定密碼', url },
      notes: ['這個連結 24 小時內有效，只能使用一次。', '如果這不是您預期的，不需要做任何事。'],
    }),
    title: '設定密碼',
    intro: (username) => `您受邀使用的帳號是「${username}」。請設定登入密碼。`,
    password: '密碼',
    hint: '至少 15 個字元。幾個不相關的詞就很好，可以使用空格。',
    again: '再輸入一次',
    submit: '設定密碼',
    different: '兩次輸入的密碼不同，請重新輸入。',
    unacceptable: {
      too_short: '這個密碼太短：至少要 15 個字元。用幾個不相關的詞就很好。',
      too_long: '這個密碼太長：不能超過 1024 位元組。',
      common: '這個密碼在最先被嘗試的清單上：很多人使用它，或它已經外洩。請換一個，用幾個不相關的詞就很好。',
      personal:
        '這個密碼幾乎只是您的名稱或這個伺服器的名稱，最先會被嘗試。請換一個，用幾個不相關的詞就很好。',
    },
    busy: '目前使用人數過多，請過幾秒再試一次。',
    doneTitle: '密碼已設定',
    doneText: (username) => `您現在可以用「${username}」登入。這個連結已經失效。`,
    signIn: '登入',
    overTitle: '連結已失效',
    overText: '這個連結已經用過，或已經過期。請向邀請您的人索取新的連結。',
  },
}
