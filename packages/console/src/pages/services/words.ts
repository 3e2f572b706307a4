import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    hint: 'Programs of yours: those that call this server by a secret of their own, and those that people, devices and other services get tokens for.',
    none: 'No services yet.',
    may: 'May here',
    nothing: 'nothing',
    add: 'Register a service',
    more: 'Permissions, keys and what its tokens say are on its page.',
  },
  {
    hint: '您的程式：以自己的密鑰呼叫這台伺服器的，以及使用者、裝置和其他服務會取得權杖去呼叫的。',
    none: '還沒有服務。',
    may: '在此可做的事',
    nothing: '無',
    add: '登錄服務',
    more: '權限、金鑰與權杖內容請到它的頁面設定。',
  },
)
