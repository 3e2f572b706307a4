import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    hint: 'Addresses to which alarms and events of the log are sent, signed by Standard Webhooks.',
    none: 'No webhooks yet.',
    add: 'Register a webhook',
  },
  {
    hint: '傳送警報與紀錄事件的網址，依 Standard Webhooks 簽章。',
    none: '還沒有 Webhook。',
    add: '登錄 Webhook',
  },
)
