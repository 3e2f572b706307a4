import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    signIn: 'Sign in',
    untilClosed: 'You stay signed in until you sign out or close the browser.',
    forgotten: 'Forgotten your password?',
    signUp: 'Create an account',
    signedOut: 'You have signed out.',
    stillThere: (name: string) => `You may still be signed in at ${name}.`,
    signOutThere: 'Sign out there too',
    signedOutElsewhere: 'You have been signed out in another tab.',
    ended: 'Your session is over. Please sign in again.',
    signOutUntold: 'You are signed out here, but the server could not be told.',
  },
  {
    signIn: '登入',
    untilClosed: '在您登出或關閉瀏覽器之前，會保持登入狀態。',
    forgotten: '忘記密碼？',
    signUp: '建立帳號',
    signedOut: '您已登出。',
    stillThere: (name) => `您可能仍登入「${name}」。`,
    signOutThere: '也在那裡登出',
    signedOutElsewhere: '您已在另一個分頁登出。',
    ended: '您的工作階段已結束，請重新登入。',
    signOutUntold: '這裡已登出，但無法通知伺服器。',
  },
)
