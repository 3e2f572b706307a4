import type { PageDefinition } from '../page-definition.ts'
import { accountWords } from '../words/account.ts'

/** Every page, in the order of the navigation. The first one that a person may open is shown when they sign in. */
export const pages: readonly PageDefinition[] = [
  {
    path: '/overview',
    title: { en: 'Overview', 'zh-Hant': '總覽' },
    permission: ['activity:read'],
    load: () => import('../pages/overview/page.tsx'),
  },
  {
    path: '/devices',
    title: { en: 'Devices', 'zh-Hant': '裝置' },
    permission: ['devices:view', 'devices:bind', 'devices:read'],
    load: () => import('../pages/devices/page.tsx'),
  },
  {
    path: '/devices/{uid}',
    title: { en: 'Device', 'zh-Hant': '裝置' },
    permission: ['devices:view', 'devices:bind', 'devices:read'],
    load: () => import('../pages/device/page.tsx'),
  },
  {
    path: '/activity',
    title: { en: 'Activity', 'zh-Hant': '活動紀錄' },
    permission: ['activity:read'],
    load: () => import('../pages/activity/page.tsx'),
  },
  {
    path: '/alarms',
    title: { en: 'Alarms', 'zh-Hant': '警報' },
    permission: ['activity:read'],
    load: () => import('../pages/alarms/page.tsx'),
    badge: () => import('../pages/alarms/badge.tsx'),
  },
  {
    path: '/alarms/rules',
    title: { en: 'Rules of alarms', 'zh-Hant': '警報規則' },
    permission: ['activity:read'],
    load: () => import('../pages/alarm-rules/page.tsx'),
  },
  {
    path: '/webhooks',
    title: { en: 'Webhooks', 'zh-Hant': 'Webhook 通知' },
    permission: ['webhooks:write'],
    load: () => import('../pages/webhooks/page.tsx'),
  },
  {
    path: '/webhooks/{id}',
    title: { en: 'Webhook', 'zh-Hant': 'Webhook 通知' },
    permission: ['webhooks:write'],
    load: () => import('../pages/webhook/page.tsx'),
  },
  {
    path: '/sign-ins',
    title: { en: 'Sign-ins', 'zh-Hant': '登入紀錄' },
    permission: ['activity:read'],
    load: () => import('../pages/sign-ins/page.tsx'),
  },
  {
    path: '/backups',
    title: { en: 'Backups', 'zh-Hant': '備份' },
    permission: ['activity:read'],
    load: () => import('../pages/backups/page.tsx'),
  },
  {
    path: '/people',
    title: { en: 'People', 'zh-Hant': '人員' },
    permission: ['users:read'],
    load: () => import('../pages/people/page.tsx'),
  },
  {
    path: '/people/{id}',
    title: { en: 'Person', 'zh-Hant': '人員' },
    permission: ['users:read'],
    load: () => import('../pages/person/page.tsx'),
  },
  {
    path: '/user-types',
    title: { en: 'User types', 'zh-Hant': '使用者類型' },
    permission: ['users:read'],
    load: () => import('../pages/user-types/page.tsx'),
  },
  {
    path: '/attributes',
    title: { en: 'Attributes', 'zh-Hant': '屬性定義' },
    permission: ['attributes:write'],
    load: () => import('../pages/attributes/page.tsx'),
  },
  {
    path: '/who',
    title: { en: 'Who can do what', 'zh-Hant': '誰可以做什麼' },
    permission: ['permissions:check'],
    load: () => import('../pages/who/page.tsx'),
  },
  {
    path: '/services',
    title: { en: 'Services', 'zh-Hant': '服務' },
    permission: ['services:read'],
    load: () => import('../pages/services/page.tsx'),
  },
  {
    path: '/services/{id}',
    title: { en: 'Service', 'zh-Hant': '服務' },
    permission: ['services:read'],
    load: () => import('../pages/service/page.tsx'),
  },
  {
    path: '/applications',
    title: { en: 'Applications', 'zh-Hant': '應用程式' },
    permission: ['applications:read'],
    load: () => import('../pages/applications/page.tsx'),
  },
  {
    path: '/applications/{id}',
    title: { en: 'Application', 'zh-Hant': '應用程式' },
    permission: ['applications:read'],
    load: () => import('../pages/application/page.tsx'),
  },
  {
    path: '/partners',
    title: { en: 'Partners', 'zh-Hant': '合作夥伴' },
    permission: ['apps:read'],
    load: () => import('../pages/partners/page.tsx'),
  },
  {
    path: '/partners/{id}',
    title: { en: 'Partner', 'zh-Hant': '合作夥伴' },
    permission: ['apps:read'],
    load: () => import('../pages/partner/page.tsx'),
  },
  {
    path: '/providers',
    title: { en: 'Sign-in providers', 'zh-Hant': '登入提供者' },
    permission: ['providers:read'],
    load: () => import('../pages/providers/page.tsx'),
  },
  {
    path: '/providers/{key}',
    title: { en: 'Sign-in provider', 'zh-Hant': '登入提供者' },
    permission: ['providers:read'],
    load: () => import('../pages/provider/page.tsx'),
  },
  {
    path: '/keys',
    title: { en: 'Keys', 'zh-Hant': '金鑰' },
    permission: ['keys:read'],
    load: () => import('../pages/keys/page.tsx'),
  },
  {
    path: '/background-work',
    title: { en: 'Background work', 'zh-Hant': '背景工作' },
    permission: ['activity:read'],
    load: () => import('../pages/background-work/page.tsx'),
  },
  {
    path: '/account',
    title: titled('myAccount'),
    permission: 'everybody',
    load: () => import('../pages/account/page.tsx'),
  },
  {
    path: '/account/security',
    title: titled('security'),
    permission: 'everybody',
    load: () => import('../pages/account-security/page.tsx'),
  },
  {
    path: '/account/api-keys',
    title: titled('apiKeys'),
    permission: 'everybody',
    load: () => import('../pages/account-api-keys/page.tsx'),
  },
  {
    path: '/account/applications',
    title: titled('applications'),
    permission: 'everybody',
    load: () => import('../pages/account-applications/page.tsx'),
  },
  {
    path: '/account/agents',
    title: titled('agents'),
    permission: 'everybody',
    load: () => import('../pages/account-agents/page.tsx'),
  },
  {
    path: '/account/activity',
    title: titled('activity'),
    permission: 'everybody',
    load: () => import('../pages/account-activity/page.tsx'),
  },
  {
    path: '/account/data',
    title: titled('data'),
    permission: 'everybody',
    load: () => import('../pages/account-data/page.tsx'),
  },
]

function titled(name: keyof (typeof accountWords)['en']): PageDefinition['title'] {
  return { en: accountWords.en[name], 'zh-Hant': accountWords['zh-Hant'][name] }
}
