import type { Translated } from './translations.ts'

type Explained = readonly [why: string, remedy: string]

const en = {
  audience_unknown: [
    'A token was asked for a service that does not exist.',
    'Compare the audience that the app asks for with those of the services.',
  ],
  service_disabled: [
    'A token was asked for a service that is disabled.',
    'Nothing, if the service is over. The app should not ask for it any more.',
  ],
  key_missing: [
    'A token was asked for a service that has no key to sign it by.',
    'Make a shared key for the service.',
  ],
  nothing_held: [
    'A token was asked for a service that knows none of the scopes of the person.',
    'If the person should use the service, give one of its scopes to their type.',
  ],
  account_disabled: ['The account is disabled.', 'Enable it, if the person may sign in again.'],
  account_failures: [
    'There were too many wrong passwords or codes, so that the next one has to wait: seconds at first, an hour at most.',
    'Nothing, if the person forgot it: the wait ends by itself. “Unlock” ends it now.',
  ],
  failures_exhausted: [
    'There were 100 wrong passwords or codes one after the other. The account takes no more, but where the person has signed in before.',
    '“Unlock” lets them count from the beginning. If it was somebody else, let the person choose another password.',
  ],
  network_failures: [
    'From the network of this address came too many wrong passwords, for whatever accounts.',
    'It ends by itself within the hour. The person can sign in from another network.',
  ],
  network_requests: [
    'From the network of this address came too many requests.',
    'It ends by itself within the hour. The person can sign in from another network.',
  ],
  device_code_failures: [
    'The person typed too many codes that no device waits with.',
    'It ends by itself within the hour. If somebody else sent them the codes, they should let no device in.',
  ],
  password_wrong: ['The password was not right.', 'If the person forgot it, send a link to set a new one.'],
  proof_outdated: [
    'The password was changed while the sign-in was under way.',
    'Nothing: the new password is the one that counts.',
  ],
  factor_required: [
    'The password was right, and the account asks for a second factor as well.',
    'Nothing, if a sign-in follows. If the person has lost the second factor, reset it.',
  ],
  enrolment_required: [
    'The password was right, and the type of the person requires a second factor, which has to be set up first.',
    'The person sets one up when they sign in.',
  ],
  mail_code_required: [
    'The password was right, from a place where the person has not signed in before, and a code was sent by mail.',
    'Nothing, if a sign-in follows. Otherwise somebody else may know the password: let the person choose another one.',
  ],
  acting: [
    'An administrator who acted as the person asked for what the person alone may do.',
    'The person does it themselves.',
  ],
  code_wrong: [
    'The code of the second factor was not right.',
    'The clock of the device with the authenticator may be wrong. If it is lost, reset the second factor.',
  ],
  factor_used: ['The code of the second factor was used before.', 'Wait for the next code.'],
  challenge_invalid: ['The second step came too late, or twice.', 'The person signs in once more.'],
  credential_unknown: [
    'The passkey is of no account here. It may have been removed.',
    'The person signs in another way, and adds a passkey again.',
  ],
  challenge_unknown: [
    'The passkey answered too late, or twice.',
    'Nothing, if a sign-in follows: the person tries again.',
  ],
  user_not_verified: [
    'The device did not ask for the fingerprint, the face or the PIN of the person.',
    'The person sets a PIN on the device, or signs in another way.',
  ],
  signature_invalid: [
    'The signature of the passkey was not right.',
    'If it happens again, let the person remove the passkey and add another one.',
  ],
  counter_not_higher: [
    'The passkey counts its uses, and this count was there before: somebody may have a copy of it.',
    'Let the person remove this passkey and look at their sign-ins.',
  ],
  origin_mismatch: [
    'The passkey was asked for by a page that is none of this server.',
    'If the page is one of yours, name its origin in LATCHKEY_PASSKEY_ORIGINS. Otherwise somebody may have imitated this server.',
  ],
  rp_id_mismatch: [
    'The passkey was made for another domain than this server has now.',
    'Look at LATCHKEY_RP_ID. The person signs in another way, and adds a passkey again.',
  ],
  permission_missing: [
    'The person does not have the permission that this needs.',
    'If a denial takes it away, withdraw that. Otherwise grant it, or give the person a type that has it.',
  ],
  kind_not_allowed: [
    'People may not do this, devices or services may.',
    'Nothing: no permission changes it.',
  ],
  not_related: [
    'The person has nothing to do with this device, or there is none.',
    'The owner can share the device.',
  ],
  not_view: ['The person may not view this device.', 'The owner can share the device.'],
  not_control: [
    'The device is shared for viewing, not for control.',
    'The owner can share it once more, for control.',
  ],
  not_own: ['This is for the owner of the device alone.', 'The owner does it, or gives the device up.'],
  token_expired: ['The access token was too old.', 'Nothing: the program gets a new one by itself.'],
  token_revoked: [
    'The access token was taken back: a session ended, or permissions changed.',
    'Nothing, or the person signs in again.',
  ],
  token_invalid: ['The access token is none of this server.', 'The person signs in again.'],
  refresh_token_reused: [
    'A refresh token came a second time, so that somebody may have copied it. The session has ended.',
    'The person signs in again. Look at the addresses of the sign-ins.',
  ],
  sign_in_old: [
    'This needs a sign-in of the last minutes, and the last one was longer ago.',
    'The person signs in again when they are asked.',
  ],
  factor_missing: [
    'This needs a sign-in with the second factor.',
    'The person signs in again with the second factor.',
  ],
  type_requires_factor: [
    'The type of the person requires a second factor, so that the last one stays.',
    'Replace it, or change the rule of the type.',
  ],
} satisfies Readonly<Record<string, Explained>>

export type RefusalReason = keyof typeof en

const zhHant: Readonly<Record<RefusalReason, Explained>> = {
  audience_unknown: ['要求的權杖所屬的服務不存在。', '請比對應用程式要求的對象與各服務的對象。'],
  service_disabled: ['要求的權杖所屬的服務已停用。', '若服務已結束，不必處理；應用程式不應再要求。'],
  key_missing: ['要求的權杖所屬的服務沒有可用來簽章的金鑰。', '請為該服務產生共用金鑰。'],
  nothing_held: ['此人沒有該服務認得的任何範圍。', '若此人應使用該服務，請將它的範圍給予此人的使用者類型。'],
  account_disabled: ['帳號已停用。', '若此人可以再登入，請啟用帳號。'],
  account_failures: [
    '密碼或驗證碼錯誤次數過多，下一次必須等待：起初數秒，最多一小時。',
    '若只是忘記密碼，不需處理，等待會自行結束；「解除鎖定」可立即結束。',
  ],
  failures_exhausted: [
    '連續 100 次密碼或驗證碼錯誤。除了曾登入過的地方之外，帳號不再接受登入。',
    '「解除鎖定」會重新計算次數。若不是本人所為，請讓本人更換密碼。',
  ],
  network_failures: [
    '此位址所在的網路對各帳號輸入了過多錯誤的密碼。',
    '一小時內會自行結束；也可以改用其他網路登入。',
  ],
  network_requests: ['此位址所在的網路送出了過多請求。', '一小時內會自行結束；也可以改用其他網路登入。'],
  device_code_failures: [
    '此人輸入了過多沒有裝置在等待的代碼。',
    '一小時內會自行結束；若代碼是他人傳來的，請勿允許任何裝置。',
  ],
  password_wrong: ['密碼不正確。', '若本人忘記密碼，請寄送重設連結。'],
  proof_outdated: ['登入進行中密碼已變更。', '不需處理，以新密碼為準。'],
  factor_required: ['密碼正確，但帳號還需要第二因素。', '若隨後已登入則不需處理；若遺失第二因素，請重設。'],
  enrolment_required: ['密碼正確，但此類型必須先設定第二因素。', '本人在登入時設定即可。'],
  mail_code_required: [
    '密碼正確，但來自此人未曾登入過的地方，已寄出驗證碼。',
    '若隨後已登入則不需處理；否則密碼可能已外洩，請本人更換密碼。',
  ],
  acting: ['以此人身分操作的管理員，要求了只有本人能做的事。', '由本人自行操作。'],
  code_wrong: ['第二因素的驗證碼不正確。', '驗證器裝置的時鐘可能有誤。若已遺失，請重設第二因素。'],
  factor_used: ['第二因素的驗證碼已使用過。', '請等待下一個驗證碼。'],
  challenge_invalid: ['第二步驟太晚送出或重複送出。', '請本人重新登入。'],
  credential_unknown: [
    '這個通行密鑰不屬於這裡的任何帳號，可能已被移除。',
    '請本人用其他方式登入，再新增通行密鑰。',
  ],
  challenge_unknown: ['通行密鑰回應太晚，或重複回應。', '若隨後已登入則不需處理，否則請本人再試一次。'],
  user_not_verified: ['裝置沒有確認指紋、臉部或 PIN 碼。', '請本人在裝置上設定 PIN 碼，或用其他方式登入。'],
  signature_invalid: ['通行密鑰的簽章不正確。', '若再次發生，請本人移除這個通行密鑰並新增另一個。'],
  counter_not_higher: [
    '通行密鑰會計算使用次數，而這個次數先前已出現過，可能有人持有複本。',
    '請本人移除這個通行密鑰，並檢查登入紀錄。',
  ],
  origin_mismatch: [
    '要求通行密鑰的頁面不屬於這個伺服器。',
    '若是您的頁面，請在 LATCHKEY_PASSKEY_ORIGINS 加入其來源；否則可能有人假冒這個伺服器。',
  ],
  rp_id_mismatch: [
    '這個通行密鑰屬於另一個網域。',
    '請檢查 LATCHKEY_RP_ID。請本人用其他方式登入，再新增通行密鑰。',
  ],
  permission_missing: [
    '此人沒有這項操作所需的權限。',
    '若是被禁止，請撤回該規則；否則授予該權限，或變更為具有該權限的類型。',
  ],
  kind_not_allowed: ['這項操作只限裝置或服務，人員不可使用。', '不需處理，權限無法改變這一點。'],
  not_related: ['此人與該裝置無關，或沒有該裝置。', '擁有者可以分享該裝置。'],
  not_view: ['此人不能檢視該裝置。', '擁有者可以分享該裝置。'],
  not_control: ['該裝置只分享供檢視，不能控制。', '擁有者可以重新分享為可控制。'],
  not_own: ['這項操作只限裝置的擁有者。', '由擁有者操作，或由擁有者放棄該裝置。'],
  token_expired: ['存取權杖已過期。', '不需處理，程式會自行取得新的權杖。'],
  token_revoked: ['存取權杖已撤銷：工作階段已結束，或權限已變更。', '不需處理，或請本人重新登入。'],
  token_invalid: ['存取權杖不是這個伺服器核發的。', '請本人重新登入。'],
  refresh_token_reused: [
    '更新權杖被使用第二次，可能遭人複製。該工作階段已結束。',
    '請本人重新登入，並檢查登入的位址。',
  ],
  sign_in_old: ['這項操作需要最近幾分鐘內的登入。', '本人在要求時重新登入即可。'],
  factor_missing: ['這項操作需要以第二因素登入。', '請本人以第二因素重新登入。'],
  type_requires_factor: ['此類型必須有第二因素，因此不能移除最後一個。', '請改為更換，或變更類型的規則。'],
}

/** Why a person was refused, by the reason in the log, and what to do about it. */
export const refusalWords: Translated<Readonly<Record<RefusalReason, Explained>>> = { en, 'zh-Hant': zhHant }

export function isRefusalReason(reason: string | null): reason is RefusalReason {
  return reason !== null && Object.hasOwn(en, reason)
}
