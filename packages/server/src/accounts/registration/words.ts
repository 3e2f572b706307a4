import type { Letter } from '../../mail/letter.ts'
import type { Language } from '../../pages/page.ts'

type Said = Omit<Letter, 'language'>

interface Words {
  readonly letter: (url: string) => Said
  readonly haveOne: (username: string, recover: string) => Said
  readonly askTitle: string
  readonly askText: string
  readonly address: string
  readonly type: string
  readonly askSubmit: string
  readonly askedTitle: string
  readonly askedText: string
  readonly askedHint: string
  readonly closedTitle: string
  readonly closedText: string
  readonly noAddress: string
  readonly tooMany: string
  readonly title: string
  readonly intro: (address: string) => string
  readonly username: string
  readonly usernameHint: string
  readonly submit: string
  readonly taken: string
  readonly noName: string
  readonly attributesWrong: (labels: readonly string[]) => string
  readonly doneTitle: string
  readonly doneText: (username: string) => string
  readonly signIn: string
  readonly overTitle: string
  readonly overText: string
  readonly askAgain: string
}

/** What the letters and the pages say by which strangers make an account. */
export const words: Record<Language, Words> = {
  en: {
    letter: (url) => ({
      subject: 'Make your account',
      paragraphs: ['Somebody asked for an account with this address. If it was you, open the page below.'],
      link: { label: 'Make the account', url },
      notes: ['The link works for 24 hours, once.', 'If it was not you, do nothing: no account is made.'],
    }),
    haveOne: (username, url) => ({
      subject: 'You have an account already',
      paragraphs: [
        `Somebody asked for an account with this address. You have one: ${username}. Nothing has changed.`,
        'If it was you, sign in with that name; if you do not know the password any more, set a new one.',
      ],
      link: { label: 'Set a new password', url },
      notes: ['If it was not you, do nothing.'],
    }),
    askTitle: 'Create an account',
    askText: 'A link is sent to your address of mail. On its page you choose a name and a password.',
    address: 'Address of mail',
    type: 'Kind of account',
    askSubmit: 'Send the link',
    askedTitle: 'Look at your mail',
    askedText: 'A letter is on its way to the address. Its link works for 24 hours.',
    askedHint: 'No letter? Look among the unwanted ones, or whether the address was typed right.',
    closedTitle: 'Accounts are made by invitation',
    closedText: 'Nobody makes an account here by themselves. Ask whoever runs this server to invite you.',
    noAddress: 'This is no address of mail. Please type it again.',
    tooMany: 'That was too often. Please wait a few minutes and try again.',
    title: 'Choose a name and a password',
    intro: (address) => `The account belongs to ${address}.`,
    username: 'User name',
    usernameHint: 'You sign in with it, and others see it.',
    submit: 'Create the account',
    taken: 'This name is taken, or looks like one that is. Please choose another.',
    noName: 'A user name has 1 to 200 visible characters, and no blank at its ends.',
    attributesWrong: (labels) => `Please look again at: ${labels.join(', ')}. Each has to be given.`,
    doneTitle: 'Your account is made',
    doneText: (username) => `You can now sign in as ${username}.`,
    signIn: 'Sign in',
    overTitle: 'This link is over',
    overText: 'It was used already, or its time is up. If you have made an account with it, sign in.',
    askAgain: 'Ask for a new link',
  },
  'zh-Hant': {
    letter: (url) => ({
      subject: '建立您的帳號',
      paragraphs: ['有人以這個地址要求建立帳號。如果是您，請開啟下面的頁面。'],
      link: { label: '建立帳號', url },
      notes: ['這個連結 24 小時內有效，只能使用一次。', '如果不是您，不需要做任何事：不會建立帳號。'],
    }),
    haveOne: (username, url) => ({
      subject: '您已經有帳號',
      paragraphs: [
        `有人以這個地址要求建立帳號。您已經有帳號「${username}」，沒有任何變更。`,
        '如果是您，請以這個名稱登入；如果忘記密碼，請設定新密碼。',
      ],
      link: { label: '設定新密碼', url },
      notes: ['如果不是您，不需要做任何事。'],
    }),
    askTitle: '建立帳號',
    askText: '我們會寄一個連結到您的電子郵件地址，在連結的頁面選擇名稱與密碼。',
    address: '電子郵件地址',
    type: '帳號種類',
    askSubmit: '寄送連結',
    askedTitle: '請查看您的信箱',
    askedText: '信件已寄往這個地址，連結 24 小時內有效。',
    askedHint: '沒有收到信？請查看垃圾郵件，或確認地址是否正確。',
    closedTitle: '帳號需要邀請',
    closedText: '這裡不能自行建立帳號，請向管理者索取邀請。',
    noAddress: '這不是電子郵件地址，請再輸入一次。',
    tooMany: '太頻繁了，請等幾分鐘再試。',
    title: '選擇名稱與密碼',
    intro: (address) => `帳號屬於 ${address}。`,
    username: '使用者名稱',
    usernameHint: '用來登入，其他人也看得到。',
    submit: '建立帳號',
    taken: '這個名稱已有人使用，或與已有的名稱太相似，請選擇其他名稱。',
    noName: '使用者名稱為 1 到 200 個可見字元，前後不能有空格。',
    attributesWrong: (labels) => `請確認：${labels.join('、')}。每一項都必須填寫。`,
    doneTitle: '帳號已建立',
    doneText: (username) => `您現在可以用「${username}」登入。`,
    signIn: '登入',
    overTitle: '連結已失效',
    overText: '這個連結已經用過，或已經過期。如果您已經用它建立帳號，請直接登入。',
    askAgain: '索取新的連結',
  },
}
