import { translations } from './translations.ts'

/** The words of the frame around the pages, of the elements, and of more than one page. */
export const shared = translations(
  {
    console: 'Latchkey console',
    skip: 'Skip to the content',
    otherLanguage: '中文',
    navigation: 'Pages',
    signOut: 'Sign out',
    signedInAs: (name: string) => `Signed in as ${name}`,

    loading: 'Loading …',
    notLoaded: 'This page could not be loaded. The server may have been updated: load the console again.',
    loadAgain: 'Load again',
    noPermission: 'No permission',
    noPermissionFor: (title: string) =>
      `Your account may not open the page “${title}”. An administrator can change that.`,
    permissionsNeeded: 'Any of these permissions opens it:',
    noPage: 'No such page',
    noPageHint: 'There is no page at this address. Choose one in the navigation.',

    unreachable: 'The server cannot be reached. This page goes on trying.',
    busy: 'The server is busy. Please try again in a moment.',
    tooManyRequests: 'That was too often. Please wait a little and try again.',
    credentialsInvalid: 'The user name or the password is not right.',

    time: 'Time',
    never: 'never',
    action: 'Action',
    username: 'User name',
    optional: (label: string) => `${label} (optional)`,
    firstPage: 'First page',
    nextPage: 'Next page',

    uid: 'UID',
    product: 'Product',
    presence: 'Presence',
    online: 'online',
    offline: 'offline',
    lastSeen: 'Last seen',
    relation: 'You are',
    owner: 'owner',
    controller: 'controller',
    viewer: 'viewer',
    notBound: 'not bound',
  },
  {
    console: 'Latchkey 主控台',
    skip: '跳到主要內容',
    otherLanguage: 'English',
    navigation: '頁面',
    signOut: '登出',
    signedInAs: (name) => `已登入：${name}`,

    loading: '載入中⋯⋯',
    notLoaded: '無法載入這個頁面。伺服器可能已更新，請重新載入主控台。',
    loadAgain: '重新載入',
    noPermission: '沒有權限',
    noPermissionFor: (title) => `您的帳號不能開啟「${title}」頁面，請洽管理員。`,
    permissionsNeeded: '具有下列任一權限即可開啟：',
    noPage: '找不到頁面',
    noPageHint: '這個網址沒有頁面，請從導覽列選擇。',

    unreachable: '無法連上伺服器，會繼續嘗試。',
    busy: '伺服器忙碌中，請稍後再試。',
    tooManyRequests: '次數過多，請稍候再試。',
    credentialsInvalid: '帳號或密碼不正確。',

    time: '時間',
    never: '從未',
    action: '操作',
    username: '帳號',
    optional: (label) => `${label}（選填）`,
    firstPage: '第一頁',
    nextPage: '下一頁',

    uid: 'UID',
    product: '產品',
    presence: '連線',
    online: '上線',
    offline: '離線',
    lastSeen: '最後上線',
    relation: '您的身分',
    owner: '擁有者',
    controller: '控制者',
    viewer: '檢視者',
    notBound: '未綁定',
  },
)

export type SharedWords = (typeof shared)['en']
