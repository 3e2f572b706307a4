import { translations } from './translations.ts'

/** Identities of providers, on the page of a person and on one's own. */
export const identityWords = translations(
  {
    identities: 'Linked sign-ins',
    none: 'No sign-in of a provider is linked.',
    provider: 'Provider',
    known: 'Known there as',
    since: 'Linked',
    lastUse: 'Last sign-in',
    gone: 'not available here any more',
  },
  {
    identities: '連結的登入方式',
    none: '沒有連結任何提供者的登入。',
    provider: '提供者',
    known: '在該處的名稱',
    since: '連結時間',
    lastUse: '最後登入',
    gone: '這裡已無法使用',
  },
)
