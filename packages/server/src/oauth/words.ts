import type { Language } from '../pages/page.ts'
import type { PageFault } from './authorize/authorize.ts'

interface Words {
  readonly consentTitle: (application: string) => string
  readonly consentText: (application: string, host: string) => string
  readonly signedInAs: (username: string) => string
  readonly itMay: string
  readonly atService: (resource: string) => string
  readonly nothing: string
  readonly viewDevice: string
  readonly controlDevice: string
  readonly sendMethods: (methods: string) => string
  readonly and: string
  readonly until: (time: string) => string
  readonly noDevices: string
  readonly noOtherDevice: string
  readonly asksForMore: string
  readonly allow: string
  readonly deny: string
  readonly home: string
  readonly policy: string
  readonly takeBack: string
  readonly chooseTitle: string
  readonly chooseText: (application: string) => string
  readonly goOnAs: (username: string) => string
  readonly another: string
  readonly onwardTitle: string
  readonly onwardText: (host: string) => string
  readonly onwardLink: string
  readonly faultTitle: string
  readonly faultText: string
  readonly faults: Readonly<Record<PageFault | 'parameters' | 'request_over' | 'foreign', string>>
  readonly forDevelopers: string
  readonly parameterFault: (fault: string, name: string) => string
  readonly requestId: (id: string) => string
  readonly scopes: Readonly<Record<string, string>>
}

/** What the pages of the authorization server say. */
export const words: Record<Language, Words> = {
  en: {
    consentTitle: (application) => `Let ${application} in?`,
    consentText: (application, host) =>
      `${application} asks to act for you. You are sent back to ${host} afterwards.`,
    signedInAs: (username) => `You are signed in as ${username}.`,
    itMay: 'It may then:',
    atService: (resource) => `at the service ${resource}`,
    nothing: 'know that it is you, and nothing else',
    viewDevice: 'see what it reports',
    controlDevice: 'send it any command',
    sendMethods: (methods) => `send it the commands ${methods}`,
    and: ', ',
    until: (time) => `, until ${time}`,
    noDevices: 'nothing: it asks for devices that you do not have',
    noOtherDevice: 'It may do nothing else with these devices, and nothing with any other.',
    asksForMore:
      'For any other command to these devices it has to ask you each time. It may do nothing with any other device.',
    allow: 'Allow',
    deny: 'Do not allow',
    home: 'What it is',
    policy: 'What it does with your data',
    takeBack: 'You can take this back in your account at any time.',
    chooseTitle: 'Which account?',
    chooseText: (application) => `You are about to go on to ${application}.`,
    goOnAs: (username) => `Go on as ${username}`,
    another: 'Use another account',
    onwardTitle: 'On the way',
    onwardText: (host) => `You are being sent to ${host}.`,
    onwardLink: 'Go on',
    faultTitle: 'This link does not work',
    faultText: 'The application that sent you here has asked for something in a wrong way. You can go back.',
    forDevelopers: 'For the developer of the application:',
    faults: {
      client_missing: 'The parameter client_id is missing.',
      client_unknown:
        'No application has this client_id. It may have been removed; it has to be registered again.',
      client_disabled: 'This application is turned off by an administrator of this server.',
      redirect_missing:
        'The parameter redirect_uri is missing. It may be left out where one address is registered and openid is not among the scopes.',
      redirect_foreign:
        'The redirect_uri is not one that is registered for this application. It is compared character by character.',
      parameters: 'The parameters cannot be read.',
      request_over:
        'This request is over: it was used before, took longer than an hour, or is not from here.',
      foreign: 'The form was sent by a page of another site.',
    },
    parameterFault: (fault, name) => `Parameters: ${fault}${name && `: ${name}`}.`,
    requestId: (id) => `The id of this request in the log of the server: ${id}`,
    scopes: {
      openid: 'know that it is you',
      profile: 'see your name and your user name',
      email: 'see your mail address',
      address: 'see your postal address, if it is known here',
      phone: 'see your telephone number, if it is known here',
      offline_access: 'go on with this when you have signed out, until you take it back',
      'devices:bind': 'claim devices for you, share and give up those that are yours',
      'devices:view': 'see what your devices report',
      'devices:control': 'command your devices',
      'api-keys:write': 'make API keys for you',
    },
  },
  'zh-Hant': {
    consentTitle: (application) => `允許 ${application} 存取？`,
    consentText: (application, host) => `${application} 要求代表您操作。之後您會回到 ${host}。`,
    signedInAs: (username) => `您已登入為 ${username}。`,
    itMay: '它將可以：',
    atService: (resource) => `於服務 ${resource}`,
    nothing: '知道您是誰，除此之外沒有其他權限',
    viewDevice: '查看它回報的內容',
    controlDevice: '對它下任何指令',
    sendMethods: (methods) => `對它下這些指令：${methods}`,
    and: '、',
    until: (time) => `，直到 ${time}`,
    noDevices: '無：它要求的裝置您並沒有',
    noOtherDevice: '它不能對這些裝置做其他操作，也不能使用任何其他裝置。',
    asksForMore: '對這些裝置下其他指令時，它每次都必須先問您。它不能使用任何其他裝置。',
    allow: '允許',
    deny: '不允許',
    home: '它是什麼',
    policy: '它如何使用您的資料',
    takeBack: '您可以隨時在「我的帳號」中收回。',
    chooseTitle: '要使用哪個帳號？',
    chooseText: (application) => `您即將前往 ${application}。`,
    goOnAs: (username) => `以 ${username} 繼續`,
    another: '使用其他帳號',
    onwardTitle: '前往中',
    onwardText: (host) => `正在前往 ${host}。`,
    onwardLink: '繼續',
    faultTitle: '此連結無法使用',
    faultText: '將您帶到這裡的應用程式，提出要求的方式不正確。您可以返回上一頁。',
    forDevelopers: '給應用程式開發者：',
    faults: {
      client_missing: '缺少參數 client_id。',
      client_unknown: '沒有應用程式使用此 client_id。它可能已被移除，需要重新註冊。',
      client_disabled: '此應用程式已被本伺服器的管理員停用。',
      redirect_missing: '缺少參數 redirect_uri。只有登錄的位址僅有一個、且範圍不含 openid 時，才可省略。',
      redirect_foreign: 'redirect_uri 不是此應用程式登錄的位址。比對時須逐字相同。',
      parameters: '無法讀取參數。',
      request_over: '此要求已失效：已使用過、超過一小時，或不是來自這裡。',
      foreign: '此表單由其他網站的頁面送出。',
    },
    parameterFault: (fault, name) => `參數：${fault}${name && `：${name}`}。`,
    requestId: (id) => `此要求在伺服器紀錄中的編號：${id}`,
    scopes: {
      openid: '知道您是誰',
      profile: '查看您的姓名與使用者名稱',
      email: '查看您的電子郵件地址',
      address: '查看您的郵寄地址（若此處有記錄）',
      phone: '查看您的電話號碼（若此處有記錄）',
      offline_access: '在您登出後仍可繼續，直到您收回為止',
      'devices:bind': '為您認領裝置、分享或放棄您的裝置',
      'devices:view': '查看您的裝置回報的內容',
      'devices:control': '對您的裝置下指令',
      'api-keys:write': '為您建立 API 金鑰',
    },
  },
}
