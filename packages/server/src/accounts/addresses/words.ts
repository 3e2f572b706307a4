import type { Letter } from '../../mail/letter.ts'
import type { Language } from '../../pages/page.ts'

type Said = Omit<Letter, 'language'>
type Change = (username: string, address: string, recover: string) => Said

interface Words {
  readonly proof: (username: string, address: string, url: string) => Said
  readonly taken: (address: string) => Said
  readonly changed: Readonly<Record<'added' | 'removed' | 'primary', Change>>
  readonly title: string
  readonly question: (username: string, address: string) => string
  readonly notYours: string
  readonly submit: string
  readonly doneTitle: string
  readonly doneText: (address: string) => string
  readonly goOn: string
  readonly overTitle: string
  readonly overText: string
  readonly takenTitle: string
  readonly takenText: string
}

/** What the letters about addresses say, and the page that proves one. */
export const words: Record<Language, Words> = {
  en: {
    proof: (username, address, url) => ({
      subject: 'Confirm your address',
      paragraphs: [
        `The account ${username} gave ${address} as its address of mail. If it is yours, open the page below and confirm it.`,
      ],
      link: { label: 'Confirm the address', url },
      notes: [
        'The link works for 24 hours, once.',
        'If this is not your account, do nothing: the address is not used.',
      ],
    }),
    taken: (address) => ({
      subject: 'Your address was given for another account',
      paragraphs: [
        `Another account gave ${address} as its address of mail. It belongs to your account and stays there; nothing has changed.`,
        'If you did this yourself, remove the address from your other account first.',
      ],
    }),
    changed: {
      added: (username, address, url) => ({
        subject: 'An address was added to your account',
        paragraphs: [`${address} was added to the account ${username}. It is used once it is confirmed.`],
        link: { label: 'This was not me: set a new password', url },
      }),
      removed: (username, address, url) => ({
        subject: 'An address was removed from your account',
        paragraphs: [`${address} does not belong to the account ${username} any more.`],
        link: { label: 'This was not me: set a new password', url },
      }),
      primary: (username, address, url) => ({
        subject: 'Your account has another primary address',
        paragraphs: [
          `Letters about the account ${username} now go to ${address}, and not to this address any more.`,
        ],
        link: { label: 'This was not me: set a new password', url },
      }),
    },
    title: 'Confirm your address',
    question: (username, address) => `Does ${address} belong to you, and is ${username} your account?`,
    notYours: 'If not, close this page. Nothing happens then.',
    submit: 'Yes, confirm the address',
    doneTitle: 'The address is confirmed',
    doneText: (address) => `${address} now belongs to your account.`,
    goOn: 'Go on to the console',
    overTitle: 'This link is over',
    overText:
      'It was used already, or its time is up. You can have a new one sent from the page of your account.',
    takenTitle: 'The address belongs to another account',
    takenText: 'Another account has confirmed it meanwhile. Remove it there first.',
  },
  'zh-Hant': {
    proof: (username, address, url) => ({
      subject: '確認您的電子郵件地址',
      paragraphs: [
        `帳號「${username}」填寫了電子郵件地址 ${address}。如果這是您的地址，請開啟下面的頁面確認。`,
      ],
      link: { label: '確認地址', url },
      notes: [
        '這個連結 24 小時內有效，只能使用一次。',
        '如果這不是您的帳號，不需要做任何事：這個地址不會被使用。',
      ],
    }),
    taken: (address) => ({
      subject: '有其他帳號填寫了您的地址',
      paragraphs: [
        `有其他帳號填寫了電子郵件地址 ${address}。這個地址屬於您的帳號，沒有任何改變。`,
        '如果是您自己填寫的，請先從您的另一個帳號移除這個地址。',
      ],
    }),
    changed: {
      added: (username, address, url) => ({
        subject: '您的帳號新增了一個地址',
        paragraphs: [`帳號「${username}」新增了地址 ${address}，確認後才會使用。`],
        link: { label: '不是我做的：設定新密碼', url },
      }),
      removed: (username, address, url) => ({
        subject: '您的帳號移除了一個地址',
        paragraphs: [`地址 ${address} 不再屬於帳號「${username}」。`],
        link: { label: '不是我做的：設定新密碼', url },
      }),
      primary: (username, address, url) => ({
        subject: '您的帳號更換了主要地址',
        paragraphs: [`帳號「${username}」的信件今後會寄到 ${address}，不再寄到這個地址。`],
        link: { label: '不是我做的：設定新密碼', url },
      }),
    },
    title: '確認您的電子郵件地址',
    question: (username, address) => `${address} 是您的地址，而且「${username}」是您的帳號嗎？`,
    notYours: '如果不是，請關閉這個頁面，不會發生任何事。',
    submit: '是，確認這個地址',
    doneTitle: '地址已確認',
    doneText: (address) => `${address} 現在屬於您的帳號。`,
    goOn: '前往主控台',
    overTitle: '連結已失效',
    overText: '這個連結已經用過，或已經過期。您可以在您的帳號頁面重新寄送。',
    takenTitle: '這個地址屬於其他帳號',
    takenText: '有其他帳號已經確認了這個地址。請先從那個帳號移除。',
  },
}
