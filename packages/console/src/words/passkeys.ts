import { translations } from './translations.ts'

/** The words of signing in with a passkey, and of why it cannot be done. */
export const passkeyWords = translations(
  {
    signInWithPasskey: 'Sign in with a passkey',
    usePasskey: 'Use a passkey',
    passkeyStep: 'Confirm it with a passkey of your account: by fingerprint, face or PIN.',
    passkeyUnknown: 'This passkey is not known here any more. It may have been removed from your account.',
    passkeyRefused: 'This passkey was not accepted. Please try again, or sign in another way.',
    passkeyHeld: 'This device has a passkey of your account already. Begin again, and sign in with that one.',
    passkeyTooLate: 'That took too long. Please try again.',
    insecure: 'Passkeys need https, and this page has none: open the console by its https address.',
    numeric:
      'Passkeys belong to a name, and the address of this page is a number: open the console by its name, on this machine by localhost.',
    unsupported: 'This browser has no passkeys: take a newer version of it, or another one.',
    foreign:
      'The passkeys of this server are not for this address: open the console by the address that the server has for itself.',
  },
  {
    signInWithPasskey: '使用通行密鑰登入',
    usePasskey: '使用通行密鑰',
    passkeyStep: '請用您帳號的通行密鑰確認：指紋、臉部或 PIN 碼。',
    passkeyUnknown: '這裡已不認得這個通行密鑰，它可能已從您的帳號移除。',
    passkeyRefused: '這個通行密鑰未被接受。請再試一次，或用其他方式登入。',
    passkeyHeld: '這部裝置已有您帳號的通行密鑰。請重新開始，並用它登入。',
    passkeyTooLate: '時間過長，請再試一次。',
    insecure: '通行密鑰需要 https，而這個頁面沒有：請改用主控台的 https 網址。',
    numeric: '通行密鑰屬於主機名稱，而這個頁面的網址是數字：請改用主控台的名稱，在本機則用 localhost。',
    unsupported: '這個瀏覽器不支援通行密鑰：請更新版本，或改用其他瀏覽器。',
    foreign: '這個伺服器的通行密鑰不適用於這個網址：請改用伺服器本身的網址。',
  },
)
