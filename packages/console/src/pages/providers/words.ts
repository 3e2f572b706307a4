import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    hint: 'OpenID providers of others, at which people sign in: that of an employer, Google, Microsoft or Apple. Each has a button on the pages of a sign-in.',
    none: 'No providers yet.',
    key: 'Key',
    keyHint:
      'Small letters, digits and dashes. It stands in the address that the provider leads back to, and never changes.',
    makes: 'Makes',
    identities: 'Linked',
    add: 'Add a provider',
    preset: 'Kind',
    issuerHint:
      'Exactly as the provider writes it. For Microsoft: https://login.microsoftonline.com/, the id of the tenant, /v2.0. Empty: the one that is known of the kind.',
    more: 'What it needs to know of this server, and all other settings, are on its page.',
  },
  {
    hint: '可用來登入的其他 OpenID 提供者：雇主的、Google、Microsoft 或 Apple。每個在登入頁面都有一個按鈕。',
    none: '還沒有登入提供者。',
    key: '代號',
    keyHint: '小寫字母、數字與連字號。它會出現在提供者導回的網址中，之後不能變更。',
    makes: '建立的類型',
    identities: '已連結',
    add: '新增登入提供者',
    preset: '種類',
    issuerHint:
      '與提供者寫的完全相同。Microsoft 的網址包含租用戶識別碼，並以 v2.0 結尾。留空則使用該種類已知的值。',
    more: '提供者需要知道的資料與其他設定在它的頁面。',
  },
)
