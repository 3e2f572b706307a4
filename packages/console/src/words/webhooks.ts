import { translations } from './translations.ts'

/** Words of the two pages about webhooks. */
export const webhookWords = translations(
  {
    name: 'Name',
    url: 'Address',
    urlHint: 'An https address. It is called from this server, and never a private one.',
    events: 'Events',
    eventsHint:
      'alarm.notice for alarms, an event of the log such as user.sign_in, user.*, or *; with blanks between.',
    status: 'Status',
    on: 'on',
    off: 'off',
    gone: 'it answered that it is gone',
    failing: 'nothing was delivered for five days',
    switched_off: 'switched off',
    waiting: 'Waiting',
    dead: 'Dead',
    lastSuccess: 'Last delivered',
    secretIs: 'The secret by which the receiver verifies what is sent.',
    notAllowed:
      'This server may not send to this address. It needs https, without user, password and fragment.',
    limit: 'There are as many webhooks as there may be.',
  },
  {
    name: '名稱',
    url: '網址',
    urlHint: '必須是 https 網址。由本伺服器呼叫，不會連到私有位址。',
    events: '事件',
    eventsHint: '警報為 alarm.notice，或紀錄中的事件，例如 user.sign_in、user.* 或 *；以空格分隔。',
    status: '狀態',
    on: '啟用',
    off: '停用',
    gone: '對方回覆已不存在',
    failing: '五天內沒有送達',
    switched_off: '已停用',
    waiting: '等待中',
    dead: '無法送達',
    lastSuccess: '最近送達',
    secretIs: '接收者用來驗證內容的密鑰。',
    notAllowed: '伺服器不能傳送到這個網址。需要 https，且不含帳號、密碼與片段。',
    limit: 'Webhook 數量已達上限。',
  },
)

type Explained = Readonly<Record<'notAllowed' | 'limit', string>>

export function explainedBy(say: Explained) {
  const words: Readonly<Record<string, string>> = {
    webhook_url_not_allowed: say.notAllowed,
    webhook_limit_reached: say.limit,
  }
  return ({ code }: { readonly code: string }): string | undefined => words[code]
}
