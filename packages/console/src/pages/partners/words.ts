import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    hint: 'Apps of other companies. Their account servers sign who their people are, and these people get sessions here without a password of ours.',
    none: 'No partners yet.',
    makes: 'Makes',
    keys: 'Keys',
    published: 'at a URL',
    given: 'added here',
    add: 'Register a partner',
    more: 'Keys, people and a test of assertions are on its page.',
  },
  {
    hint: '其他公司的應用程式。他們的帳號伺服器以簽章說明使用者是誰，這些人不需要我們的密碼即可登入。',
    none: '還沒有合作夥伴。',
    makes: '建立的類型',
    keys: '金鑰',
    published: '從網址讀取',
    given: '在此加入',
    add: '登錄合作夥伴',
    more: '金鑰、人員與斷言的測試在它的頁面。',
  },
)
