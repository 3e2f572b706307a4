import type { Language } from '../../pages/page.ts'

interface Words {
  readonly title: string
  readonly username: string
  readonly password: string
  readonly submit: string
  readonly byProvider: (name: string) => string
  readonly forgotten: string
  readonly signUp: string
  readonly untilClosed: string
  readonly stepTitle: string
  readonly code: string
  readonly codeHint: string
  readonly authenticatorHint: string
  readonly recoveryHint: string
  readonly byPasskey: string
  readonly passkeyText: string
  readonly mailedText: (address: string) => string
  readonly mailedHint: string
  readonly remember: string
  readonly goOn: string
  readonly beginAgain: string
  readonly enrolTitle: string
  readonly enrolText: string
  readonly enrolByPasskey: string
  readonly scan: string
  readonly picture: string
  readonly key: string
  readonly doneTitle: string
  readonly doneText: (username: string) => string
  readonly codesTitle: string
  readonly codesText: string
  readonly wrong: string
  readonly codeWrong: string
  readonly tooLate: string
  readonly wait: (seconds: number) => string
  readonly waitElsewhere: string
  readonly busy: string
  readonly foreign: string
}

/** What the pages of a sign-in say. */
export const words: Record<Language, Words> = {
  en: {
    title: 'Sign in',
    username: 'User name',
    password: 'Password',
    submit: 'Sign in',
    byProvider: (name) => `Continue with ${name}`,
    forgotten: 'Forgotten your password?',
    signUp: 'Create an account',
    untilClosed: 'You stay signed in until you sign out or close the browser.',
    stepTitle: 'Second step',
    code: 'Code',
    codeHint: 'Six digits of your authenticator, or a recovery code. Blanks and dashes do not matter.',
    authenticatorHint: 'Six digits of your authenticator. Blanks and dashes do not matter.',
    recoveryHint: 'One of your recovery codes. Blanks and dashes do not matter.',
    byPasskey: 'Use your passkey, on a page that needs JavaScript',
    passkeyText: 'Your account asks for a passkey as well, and there are no recovery codes left.',
    mailedText: (address) =>
      `You have not signed in here before, so a code was sent to ${address}. It works for 10 minutes.`,
    mailedHint: 'Six digits from your mail. Blanks and dashes do not matter.',
    remember: 'Do not ask for a code in this browser for 30 days',
    goOn: 'Continue',
    beginAgain: 'Begin again',
    enrolTitle: 'Your account needs a second factor',
    enrolText: 'Set up an authenticator on your telephone. From then on you sign in with its codes as well.',
    enrolByPasskey: 'Set up a passkey instead, on a page that needs JavaScript',
    scan: 'Scan this picture with the authenticator, or type the key into it. Then type the code that it shows.',
    picture: 'The key of the authenticator as a QR code',
    key: 'Key',
    doneTitle: 'You are signed in',
    doneText: (username) => `You are signed in as ${username}.`,
    codesTitle: 'Your recovery codes',
    codesText:
      'Each of them signs you in once if you have lost your authenticator. They are shown this once: print them, or keep them in a password manager.',
    wrong: 'The user name or the password is not right.',
    codeWrong: 'This code is not right, or was used before.',
    tooLate: 'That took too long, or too many codes were wrong. Please sign in again.',
    wait: (seconds) => `That was wrong too often. Please wait ${seconds} seconds and try again.`,
    waitElsewhere:
      'That was wrong too often. Sign in where you have signed in before, or ask for a new password.',
    busy: 'Too many people are here at this moment. Please try again in a few seconds.',
    foreign: 'This form was sent from another site. Please type it here.',
  },
  'zh-Hant': {
    title: '登入',
    username: '使用者名稱',
    password: '密碼',
    submit: '登入',
    byProvider: (name) => `使用「${name}」繼續`,
    forgotten: '忘記密碼？',
    signUp: '建立帳號',
    untilClosed: '在您登出或關閉瀏覽器之前，會保持登入狀態。',
    stepTitle: '第二步驟',
    code: '驗證碼',
    codeHint: '驗證器的六位數字，或一組復原碼。空格與連字號不影響。',
    authenticatorHint: '驗證器的六位數字。空格與連字號不影響。',
    recoveryHint: '一組復原碼。空格與連字號不影響。',
    byPasskey: '使用通行密鑰（該頁面需要 JavaScript）',
    passkeyText: '您的帳號還需要通行密鑰，而且已經沒有復原碼。',
    mailedText: (address) => `您不曾在這裡登入，因此驗證碼已寄到 ${address}，10 分鐘內有效。`,
    mailedHint: '郵件中的六位數字。空格與連字號不影響。',
    remember: '30 天內不再於這個瀏覽器要求驗證碼',
    goOn: '繼續',
    beginAgain: '重新開始',
    enrolTitle: '您的帳號需要第二個驗證方式',
    enrolText: '請在手機上設定驗證器。之後登入時也要輸入它的驗證碼。',
    enrolByPasskey: '改為設定通行密鑰（該頁面需要 JavaScript）',
    scan: '請用驗證器掃描這個圖案，或輸入金鑰，再輸入它顯示的驗證碼。',
    picture: '驗證器金鑰的 QR 碼',
    key: '金鑰',
    doneTitle: '您已登入',
    doneText: (username) => `您已經以「${username}」登入。`,
    codesTitle: '您的復原碼',
    codesText: '遺失驗證器時，每組復原碼可以登入一次。它們只顯示這一次：請列印出來，或存進密碼管理程式。',
    wrong: '使用者名稱或密碼不正確。',
    codeWrong: '驗證碼不正確，或已經用過。',
    tooLate: '時間過長，或錯誤次數過多。請重新登入。',
    wait: (seconds) => `錯誤次數過多，請等 ${seconds} 秒再試。`,
    waitElsewhere: '錯誤次數過多。請在您曾經登入的地方登入，或索取新密碼。',
    busy: '目前使用的人太多，請過幾秒再試。',
    foreign: '這個表單是從其他網站送出的，請在這裡輸入。',
  },
}
