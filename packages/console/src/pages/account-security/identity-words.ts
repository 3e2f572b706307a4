import { translations } from '../../words/translations.ts'

export const identitiesWords = translations(
  {
    about: 'You can sign in at these providers instead of with your password.',
    link: (name: string) => `Link ${name}`,
    unlink: 'Unlink',
    unlinkWhich: (name: string) => `Unlink ${name}`,
    unlinkMeans: (name: string) =>
      `You cannot sign in with ${name} any more. Other sessions that it began end.`,
    unlinkNow: 'Unlink it now',
    unlinked: 'It is unlinked.',
    needed: 'You sign in by nothing else. Set a password or make a passkey first.',
    gone: 'It is not linked any more.',
    unavailable: 'The provider cannot be reached at this moment. Please try again in a minute.',
  },
  {
    about: '您可以改用這些提供者登入，不必輸入密碼。',
    link: (name) => `連結「${name}」`,
    unlink: '取消連結',
    unlinkWhich: (name) => `取消連結「${name}」`,
    unlinkMeans: (name) => `您將無法再用「${name}」登入。以它開始的其他工作階段會結束。`,
    unlinkNow: '立即取消連結',
    unlinked: '已取消連結。',
    needed: '這是您唯一的登入方式。請先設定密碼或建立通行密鑰。',
    gone: '它已經沒有連結。',
    unavailable: '目前無法連線到提供者，請一分鐘後再試。',
  },
)
