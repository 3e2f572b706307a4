import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    hint: 'Programs that people sign in to, or let act for them: by redirect or by a code of a device.',
    none: 'No applications yet.',
    registered: 'Registered by themselves',
    registeredHint:
      'Equal ones are one row; the link leads to the last of them. One that nobody has used for 30 days is removed.',
    alike: 'How many',
    lastMade: 'Last registered',
    add: 'Register an application',
    webHint: 'web: runs on a server and keeps a secret',
    browserHint: 'browser: runs in the page and keeps none',
    nativeHint: 'native: runs on the device of a person and keeps none',
    agentHint: 'agent: acts for people by itself, and asks them for what they have not let it do',
    more: 'Secrets, grants and all else are on its page.',
    made: (name: string) => `${name} is registered. It is public and has no secret.`,
  },
  {
    hint: '使用者登入或授權代為操作的程式：透過重新導向或裝置代碼。',
    none: '還沒有應用程式。',
    registered: '自行登錄',
    registeredHint: '相同的合為一列，連結指向最近的一個。30 天沒有人使用的會被移除。',
    alike: '數量',
    lastMade: '最近登錄',
    add: '登錄應用程式',
    webHint: '網站：在伺服器上執行，可保存密鑰',
    browserHint: '瀏覽器：在頁面中執行，不能保存密鑰',
    nativeHint: '原生：在使用者的裝置上執行，不能保存密鑰',
    agentHint: '代理：自行代表使用者操作，未獲允許的事會先詢問',
    more: '密鑰、授權方式與其他設定在它的頁面。',
    made: (name) => `${name} 已登錄。它是公開的，沒有密鑰。`,
  },
)
