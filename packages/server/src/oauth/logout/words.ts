import type { Language } from '../../pages/page.ts'
import type { LogoutFault } from './sign-out.ts'

interface Words {
  readonly askTitle: string
  readonly askText: (username: string) => string
  readonly signOut: string
  readonly stay: string
  readonly overTitle: string
  readonly overText: string
  readonly faults: Readonly<Record<LogoutFault | 'parameters' | 'foreign', string>>
}

/** What the pages of a sign-out say. */
export const words: Record<Language, Words> = {
  en: {
    askTitle: 'Sign out?',
    askText: (username) => `You are signed in as ${username}, here and in the applications that you let in.`,
    signOut: 'Sign out',
    stay: 'Stay signed in',
    overTitle: 'You are signed out',
    overText: 'You can close this page.',
    faults: {
      hint_invalid: 'The id_token_hint is no ID token of this server.',
      client_unknown: 'No application has this client_id.',
      client_differs: 'The id_token_hint is for another application than client_id.',
      logout_foreign: 'The post_logout_redirect_uri is not one that is registered for this application.',
      parameters: 'The parameters cannot be read.',
      foreign: 'The form was sent by a page of another site.',
    },
  },
  'zh-Hant': {
    askTitle: '要登出嗎？',
    askText: (username) => `您已登入為 ${username}，包括此處與您允許存取的應用程式。`,
    signOut: '登出',
    stay: '保持登入',
    overTitle: '您已登出',
    overText: '您可以關閉此頁面。',
    faults: {
      hint_invalid: 'id_token_hint 不是本伺服器核發的 ID 權杖。',
      client_unknown: '沒有應用程式使用此 client_id。',
      client_differs: 'id_token_hint 屬於另一個應用程式，而非 client_id。',
      logout_foreign: 'post_logout_redirect_uri 不是此應用程式登錄的位址。',
      parameters: '無法讀取參數。',
      foreign: '此表單由其他網站的頁面送出。',
    },
  },
}
