import type { Translated } from '../../words/translations.ts'
import { translations } from '../../words/translations.ts'

export const words = translations(
  {
    failures: 'What was refused to it lately',
    none: 'Nothing was refused to it lately.',
    event: 'What',
    why: 'Why',
    remedy: 'What to do',
    unknown: 'There are no words for this reason. The log has all that is known.',
    address: 'Address',
    times: (count: number) => `${count} times`,
    more: 'All that the log has of it',
  },
  {
    failures: '最近遭拒絕的要求',
    none: '最近沒有要求遭拒絕。',
    event: '事項',
    why: '原因',
    remedy: '處理方式',
    unknown: '這個原因沒有說明。紀錄中有所有已知的資訊。',
    address: '位址',
    times: (count) => `${count} 次`,
    more: '紀錄中關於它的一切',
  },
)

type Explained = readonly [why: string, remedy: string]

const en = {
  client_disabled: ['The application is disabled.', 'Enable it, if it may be used again.'],
  client_public: ['It asked where only clients that authenticate may ask.', 'Give it a secret or a key.'],
  method_other: [
    'It authenticated in another way than it is registered with.',
    'Change how it authenticates, here or in the application.',
  ],
  secret_wrong: ['Its secret was wrong.', 'Compare its configuration; make another secret if it was lost.'],
  secret_ended: ['Its secret has ended.', 'Put the newer one into its configuration.'],
  assertion_used: [
    'It sent the same assertion twice.',
    'It has to make one for each request, with its own jti.',
  ],
  grant_not_allowed: [
    'It used a grant that it was not given.',
    'Give it the grant in the settings, if it may.',
  ],
  redirect_foreign: [
    'It named a redirect address that is not registered.',
    'Register the address letter by letter, or mend the application.',
  ],
  redirect_missing: ['It named no redirect address, and has several.', 'It has to name one of them.'],
  redirect_differs: [
    'It redeemed a code with another redirect address.',
    'It has to send the one that it began with.',
  ],
  code_challenge_missing: ['It sent no PKCE challenge.', 'Turn PKCE on in its library.'],
  verifier_wrong: [
    'Its PKCE verifier does not belong to the code.',
    'It keeps one verifier for each sign-in.',
  ],
  code_unknown: ['There is no such code.', 'It may have been cut, or it was redeemed a day ago.'],
  code_over: ['The code was redeemed after more than a minute.', 'It has to redeem it at once.'],
  code_used: [
    'A code came twice; what came of it has ended.',
    'Look for who sees its addresses, or what sends requests twice.',
  ],
  code_of_another: [
    'It redeemed the code of another application.',
    'Compare the client id with that of the sign-in.',
  ],
  key_missing: ['It sent no proof of its key (DPoP).', 'It has to send one, or be registered without that.'],
  key_mismatch: ['The proof was made by another key.', 'It keeps one key for each session.'],
  push_missing: [
    'It did not push its request.',
    'It has to push it first (RFC 9126), or be registered without that.',
  ],
  response_type_unknown: ['It asked for a response type that is not here.', 'The response type is code.'],
  response_mode_unknown: ['It asked for a response mode that is not here.', 'The response mode is query.'],
  scope_unavailable: ['None of its scopes can be had.', 'Give it the scopes, or the person the permission.'],
  resource_unknown: [
    'It asked for a resource that nobody has registered.',
    'Compare it with the audiences of the services.',
  ],
  resource_differs: [
    'It asked for another resource than the person has agreed to.',
    'It has to ask the person anew.',
  ],
  login_required: [
    'It asked without a page, and nobody was signed in.',
    'Nothing: it has to let the person sign in.',
  ],
  consent_required: [
    'It asked without a page, and the person has not let it in.',
    'Nothing: it has to ask the person.',
  ],
  denied: ['The person did not let it in.', 'Nothing.'],
  session_ended: ['The session of the person had ended.', 'Nothing: it has to let the person sign in.'],
  details_malformed: ['Its authorization_details could not be read.', 'Compare them with the documentation.'],
  details_not_allowed: [
    'It asked for more with a device than its scopes allow.',
    'Give it devices:view or devices:control.',
  ],
  details_widened: ['It asked for more than was granted.', 'It has to ask the person.'],
  not_granted: ['It used a device otherwise than it was let.', 'Nothing: the person decides.'],
  asked_too_often: ['It asked its person too often.', 'Look at what the agent is trying to do.'],
} as const satisfies Readonly<Record<string, Explained>>

type Reason = keyof typeof en

const zhHant: Readonly<Record<Reason, Explained>> = {
  client_disabled: ['應用程式已停用。', '若可再使用，請啟用。'],
  client_public: ['它在只有能證明身分的用戶端可用之處提出要求。', '請給它密鑰或金鑰。'],
  method_other: ['它的驗證方式與登錄的不同。', '請更改驗證方式，在此處或在應用程式中。'],
  secret_wrong: ['密鑰不正確。', '請比對設定；若已遺失，請產生新的密鑰。'],
  secret_ended: ['密鑰已失效。', '請在設定中使用較新的密鑰。'],
  assertion_used: ['它重複送出同一份聲明。', '每次要求都須產生新的聲明與 jti。'],
  grant_not_allowed: ['它使用了未獲授予的方式。', '若允許，請在設定中給予。'],
  redirect_foreign: ['重新導向網址未登錄。', '請逐字登錄網址，或修正應用程式。'],
  redirect_missing: ['它未指定重新導向網址，而登錄的不只一個。', '它必須指定其中一個。'],
  redirect_differs: ['兌換代碼時的重新導向網址不同。', '它必須送出開始時的網址。'],
  code_challenge_missing: ['它沒有送出 PKCE challenge。', '請在其程式庫中開啟 PKCE。'],
  verifier_wrong: ['PKCE verifier 與代碼不符。', '每次登入須各自保存 verifier。'],
  code_unknown: ['沒有這個代碼。', '可能被截斷，或已於一天前兌換。'],
  code_over: ['代碼超過一分鐘才兌換。', '它必須立即兌換。'],
  code_used: ['代碼出現兩次，由它產生的一切已結束。', '請查看誰能看到它的網址，或何者重複送出要求。'],
  code_of_another: ['它兌換了其他應用程式的代碼。', '請比對登入時的 client id。'],
  key_missing: ['它沒有送出金鑰證明（DPoP）。', '它必須送出，或改為不要求的登錄。'],
  key_mismatch: ['證明由另一把金鑰產生。', '每個工作階段須使用同一把金鑰。'],
  push_missing: ['它沒有先推送要求。', '它必須先推送（RFC 9126），或改為不要求的登錄。'],
  response_type_unknown: ['它要求了此處沒有的 response type。', 'response type 為 code。'],
  response_mode_unknown: ['它要求了此處沒有的 response mode。', 'response mode 為 query。'],
  scope_unavailable: ['它要求的範圍都無法取得。', '請給予範圍，或給予使用者權限。'],
  resource_unknown: ['它要求的資源未登錄。', '請與各服務的對象比對。'],
  resource_differs: ['它要求的資源與使用者同意的不同。', '它必須重新詢問使用者。'],
  login_required: ['它不顯示頁面而要求，但沒有人登入。', '不需處理：它必須讓使用者登入。'],
  consent_required: ['它不顯示頁面而要求，但使用者尚未允許。', '不需處理：它必須詢問使用者。'],
  denied: ['使用者不允許。', '不需處理。'],
  session_ended: ['使用者的工作階段已結束。', '不需處理：它必須讓使用者登入。'],
  details_malformed: ['無法讀取它的 authorization_details。', '請與文件比對。'],
  details_not_allowed: ['它對裝置的要求超過其範圍。', '請給予 devices:view 或 devices:control。'],
  details_widened: ['它要求的超過已獲允許的。', '它必須詢問使用者。'],
  not_granted: ['它以未獲允許的方式使用裝置。', '不需處理：由使用者決定。'],
  asked_too_often: ['它詢問使用者的次數過多。', '請查看代理想做什麼。'],
}

/** Why something was refused to an application, by the reason in the log, and what to do about it. */
export const failureWords: Translated<Readonly<Record<string, Explained>>> = { en, 'zh-Hant': zhHant }
