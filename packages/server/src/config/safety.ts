import { isLoopback } from '../addresses/loopback.ts'
import { isWebAddress } from '../addresses/web.ts'
import type { Config } from './settings.ts'

/** What production refuses to start with, and how to correct it. */
export function refusals(config: Config): string[] {
  const found: string[] = []
  const issuer = new URL(config.issuer)
  if (issuer.protocol === 'http:' && !isLoopback(issuer.hostname)) {
    found.push(
      `the issuer ${config.issuer} is http: tokens would travel in the clear; set LATCHKEY_ISSUER to the https address of your proxy`,
    )
  }
  if (config.port === 0 && issuer.port === '0')
    found.push('LATCHKEY_PORT 0 needs LATCHKEY_ISSUER: nobody could find this server')
  // A certificate goes with its key, or nothing starts.
  if (!isLoopback(config.mqttHost) && !config.mqttTlsCert) {
    found.push(
      `MQTT on ${config.mqttHost} without TLS would show every token; set LATCHKEY_MQTT_TLS_CERT and LATCHKEY_MQTT_TLS_KEY, or LATCHKEY_MQTT_HOST=127.0.0.1 behind a TLS proxy`,
    )
  }
  for (const { name, secret } of config.passwordPeppers) {
    if (new Set(secret).size < 16) {
      found.push(`the pepper ${name} of LATCHKEY_PASSWORD_PEPPERS is not random; make one as the master key`)
    }
  }
  if (config.masterKey && new Set(Buffer.from(config.masterKey, 'base64url')).size < 16) {
    found.push(
      'LATCHKEY_MASTER_KEY is not random; make one with: openssl rand -base64 32 | tr "+/" "-_" | tr -d "="',
    )
  }
  return found
}

/** Development seeds accounts and prints their secrets: it stays on this machine. */
export function developmentRefusals(config: Config): string[] {
  const open = [config.host, config.mqttHost].filter((host) => !isLoopback(host))
  return open.map((host) => `development mode listens on loopback only, not on ${host}; use: latchkey start`)
}

/** Settings that are valid on their own but not together. */
export function contradictions(config: Config): string[] {
  const { mqttTlsCert, mqttTlsKey } = config
  const found = mailContradictions(config)
  if ((mqttTlsCert === undefined) !== (mqttTlsKey === undefined)) {
    found.push('LATCHKEY_MQTT_TLS_CERT and LATCHKEY_MQTT_TLS_KEY go together')
  }
  if (config.clientRegistration === 'token' && config.clientRegistrationTokenFile === undefined) {
    found.push('LATCHKEY_CLIENT_REGISTRATION=token needs LATCHKEY_CLIENT_REGISTRATION_TOKEN_FILE')
  }
  const { backupTo, backupAccessKey, backupSecretKey } = config
  const isBucket = backupTo !== undefined && isWebAddress(backupTo)
  if (isBucket && (backupAccessKey === undefined || backupSecretKey === undefined)) {
    found.push(
      'LATCHKEY_BACKUP_TO is a bucket: it needs LATCHKEY_BACKUP_ACCESS_KEY and LATCHKEY_BACKUP_SECRET_KEY',
    )
  }
  return found
}

function mailContradictions(config: Config): string[] {
  const { mailUrl, mailFrom, mailOauthTokenUrl, mailOauthClientId, mailOauthClientSecret } = config
  const found: string[] = []
  if (mailUrl !== undefined && mailFrom === undefined) {
    found.push('LATCHKEY_MAIL_URL needs LATCHKEY_MAIL_FROM, the address of the sender')
  }
  const oauth = [mailOauthTokenUrl, mailOauthClientId, mailOauthClientSecret]
  const given = oauth.filter((setting) => setting !== undefined).length
  if (given > 0 && given < oauth.length) {
    found.push(
      'LATCHKEY_MAIL_OAUTH_TOKEN_URL, LATCHKEY_MAIL_OAUTH_CLIENT_ID and LATCHKEY_MAIL_OAUTH_CLIENT_SECRET go together',
    )
  }
  if (mailUrl === undefined) return found
  const { username, password } = new URL(mailUrl)
  if (given === oauth.length && (username === '' || password !== '')) {
    found.push('LATCHKEY_MAIL_URL has a user and no password where LATCHKEY_MAIL_OAUTH_TOKEN_URL is set')
  }
  return found
}
