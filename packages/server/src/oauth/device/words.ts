import type { Language } from '../../pages/page.ts'

interface Words {
  readonly title: string
  readonly text: string
  readonly code: string
  readonly codeHint: string
  readonly goOn: string
  readonly unknown: string
  readonly tooOften: string
  readonly foreign: string
  readonly farAway: string
  readonly signInAgain: string
  readonly approveTitle: (application: string) => string
  readonly approveText: (username: string) => string
  readonly elsewhere: string
  readonly address: string
  readonly place: string
  readonly unknownPlace: string
  readonly networks: Readonly<Record<'local' | 'carrier', string>>
  readonly program: string
  readonly itMay: string
  readonly allow: string
  readonly deny: string
  readonly allowedTitle: string
  readonly allowedText: (application: string) => string
  readonly deniedTitle: string
  readonly deniedText: string
  readonly bindTitle: (name: string) => string
  readonly bindText: (username: string) => string
  readonly device: string
  readonly product: string
  readonly uid: string
  readonly bind: string
  readonly doNotBind: string
  readonly boundTitle: (name: string) => string
  readonly boundText: string
  readonly notBoundTitle: string
}

/** What the pages say on which a person lets a device in. */
export const words: Record<Language, Words> = {
  en: {
    title: 'Let a device in',
    text: 'Type the code that the device shows. Type none that somebody has sent you.',
    code: 'Code',
    codeHint: 'Eight letters. Blanks, dashes and case do not matter.',
    goOn: 'Continue',
    unknown: 'There is no device that waits with this code. Codes are over after ten minutes.',
    tooOften: 'That was wrong too often. Wait a while before you try again.',
    foreign: 'The form was sent by a page of another site. Type the code here.',
    farAway: 'This device asks from another country than you are in. Sign in again before you look at it.',
    signInAgain: 'Sign in again',
    approveTitle: (application) => `Let ${application} in on a device?`,
    approveText: (username) =>
      `You are signed in as ${username}. Read where the device is: it gets what is listed below, and goes on with it until you take it back.`,
    elsewhere: 'The device asks from another country than you are in.',
    address: 'Asked from the address',
    place: 'Country',
    unknownPlace: 'not known',
    networks: { local: 'the local network', carrier: 'the network of a carrier' },
    program: 'Program',
    itMay: 'It may then:',
    allow: 'Let it in',
    deny: 'Do not let it in',
    allowedTitle: 'The device is let in',
    allowedText: (application) => `${application} goes on there by itself. You can close this page.`,
    deniedTitle: 'The device is not let in',
    deniedText: 'If somebody has sent you this code, they wanted something of you. An operator is told.',
    bindTitle: (name) => `Is ${name} yours?`,
    bindText: (username) =>
      `You are signed in as ${username}. The device with this code becomes yours: you see and command it, and share it with others. It should be before you.`,
    device: 'Device',
    product: 'Product',
    uid: 'Number',
    bind: 'It is mine',
    doNotBind: 'It is not',
    boundTitle: (name) => `${name} is yours`,
    boundText: 'It goes on by itself. You can close this page, and find it among your devices.',
    notBoundTitle: 'The device is not bound',
  },
  'zh-Hant': {
    title: '允許裝置',
    text: '請輸入裝置上顯示的代碼。請勿輸入他人傳給您的代碼。',
    code: '代碼',
    codeHint: '八個字母。空格、連字號與大小寫皆無妨。',
    goOn: '繼續',
    unknown: '沒有裝置在等待此代碼。代碼在十分鐘後失效。',
    tooOften: '錯誤次數過多。請稍後再試。',
    foreign: '此表單由其他網站的頁面送出。請在此輸入代碼。',
    farAway: '此裝置與您不在同一個國家。請先重新登入再查看。',
    signInAgain: '重新登入',
    approveTitle: (application) => `允許 ${application} 在裝置上使用？`,
    approveText: (username) =>
      `您已登入為 ${username}。請確認裝置的所在位置：它將取得下列權限，並持續使用，直到您收回為止。`,
    elsewhere: '此裝置與您不在同一個國家。',
    address: '要求來自位址',
    place: '國家',
    unknownPlace: '未知',
    networks: { local: '區域網路', carrier: '電信業者的網路' },
    program: '程式',
    itMay: '它將可以：',
    allow: '允許',
    deny: '不允許',
    allowedTitle: '已允許裝置',
    allowedText: (application) => `${application} 會在裝置上自行繼續。您可以關閉此頁面。`,
    deniedTitle: '未允許裝置',
    deniedText: '若此代碼是他人傳給您的，對方可能別有意圖。系統已通知管理人員。',
    bindTitle: (name) => `${name} 是您的嗎？`,
    bindText: (username) =>
      `您已登入為 ${username}。顯示此代碼的裝置將成為您的：您可以查看、操作並與他人分享。它應該就在您面前。`,
    device: '裝置',
    product: '產品',
    uid: '編號',
    bind: '是我的',
    doNotBind: '不是我的',
    boundTitle: (name) => `${name} 已是您的`,
    boundText: '裝置會自行繼續。您可以關閉此頁面，並在您的裝置中找到它。',
    notBoundTitle: '裝置未綁定',
  },
}
