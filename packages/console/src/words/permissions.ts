import { translations } from './translations.ts'

/** What each permission allows. */
export const permissionWords = translations(
  {
    'users:read': 'see users, user types and sessions',
    'users:write': 'create, invite and disable users, end their sessions',
    'users:data': 'download all that is held about a user who may no more than oneself',
    'users:act-as': 'act as a user who may no more than oneself',
    'user-types:write': 'create and change user types',
    'attributes:write': 'define the attributes that people may have',
    'api-keys:write': 'make API keys for oneself',
    'permissions:check': 'ask what anybody may do, and why',
    'services:read': 'see services',
    'services:write': 'create and disable services',
    'apps:read': 'see the apps of other companies that sign people in',
    'apps:write': 'register, change and disable such apps, with their keys and people',
    'keys:read': 'see the signing keys',
    'keys:write': 'rotate the signing keys',
    'tokens:revoke': 'revoke access tokens',
    'activity:read': 'search and follow the activity log',
    'devices:read': 'see every device',
    'devices:write': 'register devices, issue their keys and claim codes',
    'devices:bind': 'claim devices, share and give up one’s own',
    'devices:view': 'see telemetry and shadow of one’s devices',
    'devices:control': 'command the devices one may control',
  },
  {
    'users:read': '查看使用者、類型與工作階段',
    'users:write': '建立、邀請、停用使用者，結束其工作階段',
    'users:data': '下載權限不高於自己的使用者的所有資料',
    'users:act-as': '以權限不高於自己的使用者身分操作',
    'user-types:write': '建立與變更使用者類型',
    'attributes:write': '定義人員可以有的屬性',
    'api-keys:write': '為自己建立 API 金鑰',
    'permissions:check': '查詢任何人的權限與原因',
    'services:read': '查看服務',
    'services:write': '建立與停用服務',
    'apps:read': '查看可讓使用者登入的其他公司應用程式',
    'apps:write': '註冊、變更與停用這類應用程式，以及其金鑰與人員',
    'keys:read': '查看簽章金鑰',
    'keys:write': '輪替簽章金鑰',
    'tokens:revoke': '撤銷存取權杖',
    'activity:read': '搜尋與追蹤活動紀錄',
    'devices:read': '查看所有裝置',
    'devices:write': '登記裝置，核發其金鑰與認領碼',
    'devices:bind': '認領裝置、分享或放棄自己的裝置',
    'devices:view': '查看自己裝置的遙測與狀態',
    'devices:control': '對可控制的裝置下指令',
  },
)

/** Every permission, in the order in which they are listed. */
export const permissionNames = Object.keys(permissionWords.en) as (keyof typeof permissionWords.en)[] // an object of ours
