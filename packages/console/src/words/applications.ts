import { translations } from './translations.ts'

/** The words that the list of applications and the page of one share. */
export const applicationWords = translations(
  {
    name: 'Name',
    type: 'Type',
    web: 'web',
    browser: 'browser',
    native: 'native',
    agent: 'agent',
    redirects: 'Redirect addresses',
    redirectsHint:
      'One on each line, letter by letter as it will ask for them. https; of native ones also http://127.0.0.1/… with any port, and schemes with a dot such as com.example.app:/callback.',
    scopes: 'Scopes',
    scopesHint:
      'One on each line: openid, profile, email, address, phone, offline_access, permissions of this server, and what services know.',
    status: 'Status',
    enabled: 'enabled',
    disabled: 'disabled',
    lastUsed: 'Last used',
    proof: 'Proves who it is',
    none: 'not at all (public)',
    secret: 'by a secret',
    key: 'by a key',
    isSecret: (name: string) => `This is the secret of ${name}.`,
  },
  {
    name: '名稱',
    type: '類型',
    web: '網站',
    browser: '瀏覽器',
    native: '原生',
    agent: '代理',
    redirects: '重新導向網址',
    redirectsHint:
      '每行一個，與它請求時逐字相同。須為 https；原生應用程式也可用任何連接埠的 http://127.0.0.1/…，或含有點的協定，如 com.example.app:/callback。',
    scopes: '範圍',
    scopesHint:
      '每行一個：openid、profile、email、address、phone、offline_access、這台伺服器的權限，以及服務所認得的範圍。',
    status: '狀態',
    enabled: '啟用',
    disabled: '停用',
    lastUsed: '上次使用',
    proof: '身分證明',
    none: '無（公開）',
    secret: '以密鑰',
    key: '以金鑰',
    isSecret: (name) => `這是 ${name} 的密鑰。`,
  },
)
