import type { Language } from '../../pages/page.ts'

interface Words {
  readonly leavingTitle: string
  readonly leavingText: (name: string) => string
  readonly goOn: string
  readonly linkedTitle: string
  readonly linkedText: (name: string) => string
  readonly failedTitle: string
  readonly overTitle: string
  readonly notFound: string
  readonly denied: (name: string) => string
  readonly failed: (name: string) => string
  readonly outdated: string
  readonly unavailable: (name: string) => string
  readonly personUnknown: (name: string) => string
  readonly addressTaken: string
  readonly accountClosed: string
  readonly identityTaken: string
  readonly identityLimit: string
  readonly linkOver: string
  readonly wait: string
  readonly again: string
  readonly request: (id: string) => string
}

/** What the pages of a sign-in at a provider say. */
export const words: Record<Language, Words> = {
  en: {
    leavingTitle: 'One moment',
    leavingText: (name) => `You are going on to ${name}.`,
    goOn: 'Continue',
    linkedTitle: 'The sign-in is linked',
    linkedText: (name) => `From now on you can sign in to your account with ${name}.`,
    failedTitle: 'You are not signed in',
    overTitle: 'This page is over',
    notFound: 'There is no such way to sign in here, or not any more.',
    denied: (name) => `${name} did not sign you in, or you went back.`,
    failed: (name) => `The answer of ${name} was not accepted. Please begin again.`,
    outdated:
      'It took too long, was used before, or was begun in another browser. If you are signed in, nothing needs to be done; else begin again here.',
    unavailable: (name) => `${name} cannot be reached at this moment. Please try again in a minute.`,
    personUnknown: (name) =>
      `No account here is linked with this sign-in at ${name}. Sign in to your account, and link it under "My account", "Security"; or ask whoever runs this server.`,
    addressTaken:
      'An account with your address exists here. Sign in to it, and link this sign-in under "My account", "Security".',
    accountClosed: 'This account cannot sign in. Ask whoever runs this server.',
    identityTaken: 'This sign-in belongs to another account already.',
    identityLimit: 'Your account has as many linked sign-ins as it may.',
    linkOver: 'You were signed out meanwhile. Sign in, and link it again.',
    wait: 'That was too often. Please wait a while and try again.',
    again: 'Begin again',
    request: (id) => `If you ask for help, give this number: ${id}`,
  },
  'zh-Hant': {
    leavingTitle: '請稍候',
    leavingText: (name) => `正在前往「${name}」。`,
    goOn: '繼續',
    linkedTitle: '已連結登入方式',
    linkedText: (name) => `從現在起，您可以用「${name}」登入您的帳號。`,
    failedTitle: '您尚未登入',
    overTitle: '這個頁面已失效',
    notFound: '這裡沒有這種登入方式，或已經停用。',
    denied: (name) => `「${name}」沒有讓您登入，或您已返回。`,
    failed: (name) => `「${name}」的回應未被接受。請重新開始。`,
    outdated:
      '時間過長、已經用過，或是在另一個瀏覽器開始的。如果您已登入，不需要做任何事；否則請在這裡重新開始。',
    unavailable: (name) => `目前無法連線到「${name}」。請一分鐘後再試。`,
    personUnknown: (name) =>
      `這裡沒有帳號與這個「${name}」登入連結。請登入您的帳號，在「我的帳號」的「安全性」中連結，或詢問本伺服器的管理者。`,
    addressTaken:
      '這裡已有使用您電子郵件地址的帳號。請登入該帳號，並在「我的帳號」的「安全性」中連結這個登入方式。',
    accountClosed: '這個帳號無法登入。請詢問本伺服器的管理者。',
    identityTaken: '這個登入方式已屬於另一個帳號。',
    identityLimit: '您的帳號已達連結登入方式的上限。',
    linkOver: '您已在此期間登出。請登入後再連結一次。',
    wait: '次數過多，請稍後再試。',
    again: '重新開始',
    request: (id) => `如需協助，請提供此編號：${id}`,
  },
}
