import { translations } from './translations.ts'

/** The words that the list of providers and the page of one share. */
export const providerWords = translations(
  {
    name: 'Name on the button',
    nameHint: 'People read “Continue with …”.',
    issuer: 'Issuer',
    clientId: 'Client id',
    secret: 'Client secret',
    teamId: 'Team id of Apple',
    keyId: 'Key id of Apple',
    appleKey: 'Private key of Apple (PEM)',
    userType: 'Makes people of type',
    userTypeHint:
      'Whoever comes for the first time gets an account of this type, which permits nothing but what strangers may have. None: only people sign in who have linked it in their account.',
    nobody: 'nobody',
    domains: 'Domains whose addresses it proves',
    domainsHint:
      'With blanks between; * for every one. An address counts as proven if its domain stands here and the provider says email_verified. None: no address counts.',
    status: 'Status',
    enabled: 'enabled',
    disabled: 'disabled',
    exists: 'There is a provider of this key or issuer.',
    limit: 'There are as many providers as there may be.',
    typeUnknown: 'There is no user type of this name.',
    typePrivileged: 'This user type permits more than strangers may have.',
  },
  {
    name: '按鈕上的名稱',
    nameHint: '使用者會看到「使用『…』繼續」。',
    issuer: '發行者（issuer）',
    clientId: '用戶端識別碼',
    secret: '用戶端密鑰',
    teamId: 'Apple 的 Team ID',
    keyId: 'Apple 的 Key ID',
    appleKey: 'Apple 的私密金鑰（PEM）',
    userType: '新使用者的類型',
    userTypeHint:
      '第一次登入的人會得到這個類型的帳號，該類型只能有陌生人可有的權限。留空表示只有在自己帳號中連結的人才能登入。',
    nobody: '不建立',
    domains: '由它驗證的電子郵件網域',
    domainsHint:
      '以空格分隔；* 表示全部。網域在此且提供者聲明 email_verified 時，地址才視為已驗證。留空表示都不算。',
    status: '狀態',
    enabled: '啟用',
    disabled: '停用',
    exists: '已有相同代號或發行者的登入提供者。',
    limit: '登入提供者已達上限。',
    typeUnknown: '沒有這個名稱的使用者類型。',
    typePrivileged: '這個使用者類型的權限超過陌生人可有的。',
  },
)

type ProblemWords = Readonly<Record<'exists' | 'limit' | 'typeUnknown' | 'typePrivileged', string>>

/** Words for the problems of a form about a provider. */
export function explainedBy(say: ProblemWords) {
  const words: Readonly<Record<string, string | undefined>> = {
    provider_exists: say.exists,
    provider_limit_reached: say.limit,
    user_type_unknown: say.typeUnknown,
    user_type_privileged: say.typePrivileged,
  }
  return ({ code }: { readonly code: string }): string | undefined => words[code]
}

/** What was typed with blanks between. */
export const listed = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean)
