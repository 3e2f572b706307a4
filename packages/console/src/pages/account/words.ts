import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    who: 'Who you are',
    displayName: 'Name',
    userType: 'Type',
    created: 'Account since',
    lastSignIn: 'Last sign-in',
    factor: 'Second factor',
    inForce: 'in force',
    none: 'none',
    toSecurity: 'Look after your security',
    attributes: 'Details',
    factorRequired: 'Your account has to have a second factor.',
    factorDue: (time: string) =>
      `Your account has to have a second factor. From ${time} on you can sign in only by setting one up.`,
  },
  {
    who: '您的身分',
    displayName: '姓名',
    userType: '類型',
    created: '帳號建立於',
    lastSignIn: '上次登入',
    factor: '第二個驗證方式',
    inForce: '已啟用',
    none: '無',
    toSecurity: '前往安全性設定',
    attributes: '詳細資料',
    factorRequired: '您的帳號必須有第二個驗證方式。',
    factorDue: (time) => `您的帳號必須有第二個驗證方式。從 ${time} 起，要先完成設定才能登入。`,
  },
)
