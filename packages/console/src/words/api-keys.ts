import { translations } from './translations.ts'

/** What is said of API keys on the page of whoever has them, and of whoever administers them. */
export const apiKeyWords = translations(
  {
    apiKeys: 'API keys',
    noKeys: 'No API keys.',
    keyName: 'Name',
    scopes: 'Scopes',
    usedFor: 'For',
    keyState: 'State',
    inForce: 'in force',
    isOver: 'over',
    wasRevoked: 'revoked',
    ends: 'Ends',
    lastUse: 'Last use',
    revoke: 'Revoke',
    revokeWhich: (name: string) => `Revoke the API key ${name}`,
    revokeMeans: 'Whatever uses it is refused everywhere within a second. It does not come back.',
    revokeNow: 'Revoke it now',
    revokeNowWhich: (name: string) => `Revoke the API key ${name} now`,
    usesHint: 'The last use is one at this server, to a minute. Other services tell nothing of it.',
  },
  {
    apiKeys: 'API 金鑰',
    noKeys: '沒有 API 金鑰。',
    keyName: '名稱',
    scopes: '範圍',
    usedFor: '用於',
    keyState: '狀態',
    inForce: '有效',
    isOver: '已到期',
    wasRevoked: '已撤銷',
    ends: '到期',
    lastUse: '最後使用',
    revoke: '撤銷',
    revokeWhich: (name) => `撤銷 API 金鑰「${name}」`,
    revokeMeans: '使用它的程式會在一秒內於各處遭到拒絕，而且無法恢復。',
    revokeNow: '立即撤銷',
    revokeNowWhich: (name) => `立即撤銷 API 金鑰「${name}」`,
    usesHint: '最後使用是指在這台伺服器上的使用，精確到一分鐘；其他服務不會回報。',
  },
)

/** Why a key was revoked, by the reason that the server gives. */
export const keyLossWords = translations(
  {
    revoked: 'by hand',
    owner_disabled: 'the account was disabled',
    user_type_changed: 'the account got another type',
    scope_lost: 'the account lost a permission of it',
    service_ended: 'the service ended',
    service_changed: 'the service became another one',
    signing_key_ended: 'the key that signed it ended',
    account_reset: 'the account was reset',
    sign_in_disowned: 'a sign-in was not by the person',
  },
  {
    revoked: '手動撤銷',
    owner_disabled: '帳號已停用',
    user_type_changed: '帳號的類型已變更',
    scope_lost: '帳號失去了其中的權限',
    service_ended: '服務已結束',
    service_changed: '服務已變更',
    signing_key_ended: '簽章的金鑰已失效',
    account_reset: '帳號已重設',
    sign_in_disowned: '有非本人的登入',
  },
)
