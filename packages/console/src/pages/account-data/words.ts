import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    dataAbout:
      'All that this server holds about you, in one file: the account, addresses, details, sessions, second factors without their secrets, devices, and what you have done. You are told of it by mail.',
    download: 'Download my data',
    downloadHint: 'One file of JSON. It takes a fresh sign-in.',
    downloaded: 'The file is saved. Keep it where nobody else reads it.',
  },
  {
    dataAbout:
      '這個伺服器所保存的您的所有資料，集中在一個檔案：帳號、地址、詳細資料、工作階段、驗證方式（不含祕密）、裝置，以及您的活動。系統會以郵件通知您。',
    download: '下載我的資料',
    downloadHint: '一個 JSON 檔案，需要重新登入。',
    downloaded: '檔案已儲存，請放在其他人讀不到的地方。',
  },
)
