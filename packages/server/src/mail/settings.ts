import type { MailSettings } from './transport.ts'

/** The settings of mail, as the configuration has them; it has checked that they fit together. */
interface Configured {
  readonly mailUrl: string | undefined
  readonly mailFrom: string | undefined
  readonly mailOauthTokenUrl: string | undefined
  readonly mailOauthClientId: string | undefined
  readonly mailOauthClientSecret: string | undefined
  readonly mailOauthScope: string | undefined
  readonly mailOauthRefreshToken: string | undefined
}

/** Undefined where no mail is sent. */
export function mailSettings({
  mailUrl: url,
  mailFrom: from,
  mailOauthTokenUrl: tokenUrl,
  mailOauthClientId: clientId,
  mailOauthClientSecret: clientSecret,
  mailOauthScope: scope,
  mailOauthRefreshToken: refreshToken,
}: Configured): MailSettings | undefined {
  if (url === undefined || from === undefined) return undefined
  const oauth =
    tokenUrl === undefined || clientId === undefined || clientSecret === undefined
      ? undefined
      : { tokenUrl, clientId, clientSecret, scope, refreshToken }
  return { url, from, oauth }
}
