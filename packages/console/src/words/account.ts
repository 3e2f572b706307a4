import { translations } from './translations.ts'

/** What the pages of one's own account are called, in the navigation, as titles, and in the tabs by which one leads to the other. */
export const accountWords = translations(
  {
    myAccount: 'My account',
    home: 'Overview',
    security: 'Security',
    apiKeys: 'API keys',
    applications: 'Applications let in',
    agents: 'Asked by agents',
    activity: 'Sessions and activity',
    data: 'My data',
  },
  {
    myAccount: '我的帳號',
    home: '總覽',
    security: '安全性',
    apiKeys: 'API 金鑰',
    applications: '已允許的應用程式',
    agents: '代理的詢問',
    activity: '工作階段與活動',
    data: '我的資料',
  },
)
