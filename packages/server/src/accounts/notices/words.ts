import type { Letter } from '../../mail/letter.ts'
import type { Language } from '../../pages/page.ts'

/** Why a sign-in is worth a letter. */
export type Unusual = 'new_browser' | 'new_region' | 'after_failures'

export type Said = Omit<Letter, 'language'>

interface Seen {
  readonly username: string
  readonly at: string
  /** Undefined for a program that is no known browser. */
  readonly browser: string | undefined
  readonly region: string | null
  readonly address: string
}

interface Asked {
  readonly application: string
  readonly device: string
  readonly method: string
  readonly region: string | null
  readonly address: string
}

/** What became of the second factors of an account. */
export type FactorChange =
  | 'added'
  | 'replaced'
  | 'removed'
  | 'passkey_added'
  | 'passkey_made'
  | 'passkey_removed'
  | 'passkey_copied'
  | 'codes_renewed'
  | 'reset'

function aboutPasskey(change: FactorChange): 'passkey_copied' | 'passkey_made' | 'other' {
  return change === 'passkey_copied' || change === 'passkey_made' ? change : 'other'
}

interface Words {
  readonly passwordChanged: (username: string, url: string) => Said
  readonly factorsChanged: (change: FactorChange, username: string, url: string) => Said
  readonly identityChanged: (
    change: 'linked' | 'unlinked',
    username: string,
    provider: string,
    url: string,
  ) => Said
  /** `isOwn`: whether it was somebody who signed in as the person, and no administrator. */
  readonly dataDownloaded: (isOwn: boolean, username: string, url: string) => Said
  readonly signIn: (why: Unusual, seen: Seen, url: string) => Said
  readonly commandAsked: (asked: Asked, url: string) => Said
  readonly title: string
  readonly question: (username: string) => string
  readonly submit: string
  readonly doneTitle: string
  readonly doneText: string
  readonly overTitle: string
  readonly overText: string
  readonly recover: string
}

/** What notices about an account say, and the page behind 'this was not me'. */
export const words: Record<Language, Words> = {
  en: {
    passwordChanged: (username, url) => ({
      subject: 'Your password was changed',
      paragraphs: [
        `The password of the account ${username} was changed. If it was you, nothing needs to be done.`,
      ],
      link: { label: 'This was not me: set a new password', url },
    }),
    factorsChanged: (change, username, url) => ({
      subject: {
        added: 'An authenticator was added',
        replaced: 'Your authenticator was replaced',
        removed: 'Your authenticator was removed',
        passkey_added: 'A passkey was added',
        passkey_made: 'Your browser has made a passkey',
        passkey_removed: 'A passkey was removed',
        passkey_copied: 'A passkey may have been copied',
        codes_renewed: 'There are new recovery codes',
        reset: 'Your second factors were removed by an administrator',
      }[change],
      paragraphs: [
        {
          passkey_copied: `A sign-in to the account ${username} by one of its passkeys was refused: the passkey has signed in elsewhere since, as only a copy of it can. Remove it in your account, and make a new one.`,
          passkey_made: `After a sign-in to the account ${username} by password, the browser made a passkey, so that the next sign-in there needs no password. If it was you, nothing needs to be done. Your password works as before.`,
          other: `The second factors of the account ${username} were changed. If it was you, or you asked for it, nothing needs to be done.`,
        }[aboutPasskey(change)],
      ],
      link: { label: 'This was not me: set a new password', url },
    }),
    identityChanged: (change, username, provider, url) => ({
      subject: { linked: 'A sign-in was linked', unlinked: 'A linked sign-in was removed' }[change],
      paragraphs: [
        {
          linked: `From now on one signs in to the account ${username} at ${provider} as well. If it was you, nothing needs to be done.`,
          unlinked: `Nobody signs in to the account ${username} at ${provider} any more. If it was you, or you asked for it, nothing needs to be done.`,
        }[change],
      ],
      link: { label: 'This was not me: set a new password', url },
    }),
    dataDownloaded: (isOwn, username, url) => ({
      subject: isOwn ? 'Your data was downloaded' : 'Your data was downloaded by an administrator',
      paragraphs: [
        `All that is held about the account ${username} was downloaded. If it was you, or you asked for it, nothing needs to be done.`,
      ],
      link: { label: 'This was not me: set a new password', url },
    }),
    signIn: (why, { username, at, browser, region, address }, url) => ({
      subject: {
        new_browser: 'A sign-in with a new browser',
        new_region: 'A sign-in from a new region',
        after_failures: 'A sign-in after many wrong passwords',
      }[why],
      paragraphs: [
        `Somebody signed in to the account ${username}. If it was you, nothing needs to be done.`,
        [
          `When: ${at}`,
          `With: ${browser ?? 'an unknown program'}`,
          `From: ${[region, address].filter(Boolean).join(', ') || 'unknown'}`,
        ].join(' · '),
      ],
      link: { label: 'This was not me', url },
    }),
    commandAsked: ({ application, device, method, region, address }, url) => ({
      subject: `${application} asks you for a command`,
      paragraphs: [
        `The agent ${application} wants to send the command ${method} to ${device}, which you have not let it do. Nothing is sent unless you allow it. It waits for ten minutes.`,
        `From: ${[region, address].filter(Boolean).join(', ')}`,
      ],
      link: { label: 'Look at it, and decide', url },
    }),
    title: 'Was this not you?',
    question: (username) =>
      `The session of this sign-in to ${username} ends, and a link to set a new password is sent to your address of mail.`,
    submit: 'It was not me: end the session',
    doneTitle: 'The session has ended',
    doneText:
      'A link is on its way to your address of mail. Set a new password with it: somebody else may know the present one.',
    overTitle: 'This link is over',
    overText: 'It was used already, or its time is up. You can still set a new password.',
    recover: 'Set a new password',
  },
  'zh-Hant': {
    passwordChanged: (username, url) => ({
      subject: '您的密碼已變更',
      paragraphs: [`帳號「${username}」的密碼已變更。如果是您，不需要做任何事。`],
      link: { label: '不是我做的：設定新密碼', url },
    }),
    factorsChanged: (change, username, url) => ({
      subject: {
        added: '已加入驗證器',
        replaced: '您的驗證器已更換',
        removed: '您的驗證器已移除',
        passkey_added: '已加入通行密鑰',
        passkey_made: '您的瀏覽器已建立通行密鑰',
        passkey_removed: '已移除通行密鑰',
        passkey_copied: '有一個通行密鑰可能遭到複製',
        codes_renewed: '復原碼已更新',
        reset: '管理員已移除您的第二重驗證',
      }[change],
      paragraphs: [
        {
          passkey_copied: `系統拒絕了一次以通行密鑰登入帳號「${username}」的嘗試：這個通行密鑰之後曾在別處登入，只有複本才會如此。請在您的帳號中移除它，再建立新的。`,
          passkey_made: `有人以密碼登入帳號「${username}」之後，瀏覽器建立了通行密鑰，下次在那裡登入不需要密碼。如果是您，不需要做任何事。您的密碼仍可照常使用。`,
          other: `帳號「${username}」的第二重驗證已變更。如果是您，或是您要求的，不需要做任何事。`,
        }[aboutPasskey(change)],
      ],
      link: { label: '不是我做的：設定新密碼', url },
    }),
    identityChanged: (change, username, provider, url) => ({
      subject: { linked: '已連結登入方式', unlinked: '已移除連結的登入方式' }[change],
      paragraphs: [
        {
          linked: `從現在起，也可以用「${provider}」登入帳號「${username}」。如果是您，不需要做任何事。`,
          unlinked: `不再能用「${provider}」登入帳號「${username}」。如果是您，或是您要求的，不需要做任何事。`,
        }[change],
      ],
      link: { label: '不是我做的：設定新密碼', url },
    }),
    dataDownloaded: (isOwn, username, url) => ({
      subject: isOwn ? '您的資料已被下載' : '管理員已下載您的資料',
      paragraphs: [`帳號「${username}」的所有資料已被下載。如果是您，或是您要求的，不需要做任何事。`],
      link: { label: '不是我做的：設定新密碼', url },
    }),
    signIn: (why, { username, at, browser, region, address }, url) => ({
      subject: {
        new_browser: '有人用新的瀏覽器登入',
        new_region: '有人從新的地區登入',
        after_failures: '多次輸入錯誤密碼後登入',
      }[why],
      paragraphs: [
        `有人登入了帳號「${username}」。如果是您，不需要做任何事。`,
        [
          `時間：${at}`,
          `程式：${browser ?? '不明程式'}`,
          `來自：${[region, address].filter(Boolean).join('，') || '不明'}`,
        ].join(' · '),
      ],
      link: { label: '不是我', url },
    }),
    commandAsked: ({ application, device, method, region, address }, url) => ({
      subject: `${application} 請求您允許一個指令`,
      paragraphs: [
        `代理「${application}」想對「${device}」下指令 ${method}，這是您尚未允許的。除非您允許，否則不會送出。等待時間為十分鐘。`,
        `來自：${[region, address].filter(Boolean).join('，')}`,
      ],
      link: { label: '查看並決定', url },
    }),
    title: '不是您登入的嗎？',
    question: (username) =>
      `這次登入「${username}」的工作階段會結束，並寄送設定新密碼的連結到您的電子郵件地址。`,
    submit: '不是我：結束工作階段',
    doneTitle: '工作階段已結束',
    doneText: '連結已寄到您的電子郵件地址。請用它設定新密碼：可能有別人知道目前的密碼。',
    overTitle: '連結已失效',
    overText: '這個連結已經用過，或已經過期。您仍然可以設定新密碼。',
    recover: '設定新密碼',
  },
}
