import { bareHost } from '../addresses/host.ts'
import { isLoopback } from '../addresses/loopback.ts'
import type { Rendered } from './letter.ts'
import { createMailToken, MailTokenError, type OAuthSettings } from './mail-token.ts'

/** A mail server, and who sends. */
export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: string
  /** The header `From`. */
  readonly from: string
  readonly oauth: OAuthSettings | undefined
}

export interface Message extends Rendered {
  /** Stays the same when a letter is sent again, so that a reader can tell that it is one. */
  readonly id: string
  readonly to: string
  readonly subject: string
}

/** Sends one message, or throws a {@link MailFailure}. */
export type Send = (message: Message, signal: AbortSignal) => Promise<void>

/** What was being done when it failed. */
const steps = {
  token: 'getting an access token for the mail server',
  connect: 'connecting to the mail server',
  tls: 'encrypting the connection to the mail server',
  authenticate: 'signing in at the mail server',
  sender: 'naming the sender',
  recipient: 'naming the recipient',
  message: 'handing over the message',
} as const
export type MailStep = keyof typeof steps

/** A message was not sent. The text says the step and what the server answered; it holds no secret of ours. */
export class MailFailure extends Error {
  readonly step: MailStep
  /** Whether the server takes letters, but not this one. */
  readonly isOfLetter: boolean
  /** Whether the server will never take this message, so that trying again is useless. */
  readonly isFinal: boolean

  constructor(step: MailStep, detail: string, code?: number) {
    super(`${steps[step]} failed: ${detail}`)
    this.name = 'MailFailure'
    this.step = step
    this.isOfLetter = step === 'recipient' || step === 'message'
    // RFC 5321 section 4.2.1: 5yz is permanent. A password that is refused may be corrected, so that is not final.
    this.isFinal = this.isOfLetter && code !== undefined && code >= 500
  }
}

/** A server that says nothing for so long is given up for this time. */
const patienceMs = 15_000

/**
 * Send by SMTP. TLS is required, from the start for `smtps:` and by STARTTLS for `smtp:` (RFC 3207), and the certificate must fit
 * the name; only a server on this machine may go without. One connection a message.
 */
export function createTransport(
  { url, from, oauth }: MailSettings,
  now: () => number,
  fetchToken: typeof fetch = fetch,
): Send {
  const server = new URL(url)
  const secure = server.protocol === 'smtps:'
  const host = bareHost(server.hostname)
  const user = decodeURIComponent(server.username)
  const pass = decodeURIComponent(server.password)
  const tokenOf = oauth && createMailToken(oauth, now, fetchToken)
  const options = {
    host,
    port: Number(server.port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && !isLoopback(host),
    ignoreTLS: !secure && isLoopback(host),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
  return async ({ id, to, subject, text, html }, signal) => {
    try {
      const auth = tokenOf
        ? { type: 'OAuth2' as const, user, accessToken: await tokenOf(signal) }
        : user === ''
          ? undefined
          : { user, pass }
      // Loaded at the first message: most commands send none.
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({ ...options, ...(auth && { auth }) })
      await transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        messageId: `<${id}@${from.replace(/^.*@/, '').replace('>', '')}>`,
        // RFC 3834 section 5: nothing answers such a letter by itself.
        headers: { 'auto-submitted': 'auto-generated' },
        signal,
      })
    } catch (error) {
      throw failureOf(error)
    }
  }
}

/** What nodemailer says of an error. */
interface SaidByNodemailer {
  readonly code?: string
  readonly command?: string
  readonly response?: string
  readonly responseCode?: number
}

function failureOf(error: unknown): MailFailure {
  if (error instanceof MailTokenError) return new MailFailure('token', error.message)
  const { code = '', command = '', response, responseCode } = error as SaidByNodemailer
  const message = error instanceof Error ? error.message : String(error)
  const detail = (response ?? message).slice(0, 300)
  const step = stepOf(code, command, message)
  return new MailFailure(step, detail, responseCode)
}

/** At which step it failed, by what nodemailer says of it: not each of its errors has a code of its own. */
export function stepOf(code: string, command: string, message: string): MailStep {
  if (code === 'EAUTH' || code === 'EOAUTH2' || command.startsWith('AUTH')) return 'authenticate'
  if (code === 'ETLS' || command === 'STARTTLS' || /certificate|\bTLS\b|\bSSL\b|altname/i.test(message))
    return 'tls'
  if (command === 'MAIL FROM') return 'sender'
  if (command === 'RCPT TO') return 'recipient'
  if (command === 'DATA' || code === 'EMESSAGE') return 'message'
  return 'connect'
}
