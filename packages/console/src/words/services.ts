import { translations } from './translations.ts'

/** The words that the list of services and the page of one share. */
export const serviceWords = translations(
  {
    name: 'Name',
    audience: 'Audience',
    audienceHint:
      'What stands in aud of the tokens for it, and what is asked for as resource. None: there are no tokens for it.',
    knownScopes: 'Scopes it knows',
    knownScopesHint:
      'One on each line, such as pages:read or devices:view. Tokens for it have of these what the asker holds.',
    profile: 'Profile',
    status: 'Status',
    enabled: 'enabled',
    disabled: 'disabled',
    exists: 'There is a service of this name or with this audience.',
    scopeInvalid: 'A scope is a word of ASCII with a colon in it, such as pages:read.',
    isSecret: (name: string) => `This is the secret by which ${name} asks for tokens.`,
  },
  {
    name: '名稱',
    audience: '對象',
    audienceHint: '寫在發給它的權杖的 aud 中，也是 resource 所指的值。留空表示不發給它權杖。',
    knownScopes: '它認得的範圍',
    knownScopesHint: '每行一個，例如 pages:read 或 devices:view。發給它的權杖只含其中請求者所擁有的。',
    profile: '設定檔',
    status: '狀態',
    enabled: '啟用',
    disabled: '停用',
    exists: '已有同名或同對象的服務。',
    scopeInvalid: '範圍是含冒號的 ASCII 字詞，例如 pages:read。',
    isSecret: (name) => `這是 ${name} 用來取得權杖的密鑰。`,
  },
)
