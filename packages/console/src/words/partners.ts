import { translations } from './translations.ts'

/** The words that the list of partners and the page of one share. */
export const partnerWords = translations(
  {
    name: 'Name',
    userType: 'Makes people of type',
    userTypeHint:
      'Whoever comes for the first time gets an account of this type, which permits nothing but what strangers may have. None: only people sign in whom you link.',
    nobody: 'nobody',
    longestSession: 'Longest session, in seconds',
    longestSessionHint: '60 seconds to 90 days (7776000).',
    keySetUrl: 'Key set URL',
    keySetUrlHint:
      'Where it publishes its keys as a JWK Set, by https. None: only keys count that are added here.',
    status: 'Status',
    enabled: 'enabled',
    disabled: 'disabled',
    exists: 'There is a partner of this name.',
    typeUnknown: 'There is no user type of this name.',
    typePrivileged: 'This user type permits more than strangers may have.',
  },
  {
    name: '名稱',
    userType: '新使用者的類型',
    userTypeHint:
      '第一次登入的人會得到這個類型的帳號，該類型只能有陌生人可有的權限。留空表示只有您連結的人才能登入。',
    nobody: '不建立',
    longestSession: '工作階段最長秒數',
    longestSessionHint: '60 秒到 90 天（7776000 秒）。',
    keySetUrl: '金鑰集網址',
    keySetUrlHint: '它以 https 公布 JWK Set 的網址。留空表示只認在此加入的金鑰。',
    status: '狀態',
    enabled: '啟用',
    disabled: '停用',
    exists: '已有同名的合作夥伴。',
    typeUnknown: '沒有這個名稱的使用者類型。',
    typePrivileged: '這個使用者類型的權限超過陌生人可有的。',
  },
)

type ProblemWords = Readonly<Record<'exists' | 'typeUnknown' | 'typePrivileged', string>>

/** Words for the problems of a form about a partner. */
export function explainedBy(say: ProblemWords) {
  const words: Readonly<Record<string, string | undefined>> = {
    app_exists: say.exists,
    user_type_unknown: say.typeUnknown,
    user_type_privileged: say.typePrivileged,
  }
  return ({ code }: { readonly code: string }): string | undefined => words[code]
}
