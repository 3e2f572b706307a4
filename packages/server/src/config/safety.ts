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
  if (!isLoopback(config.mqttHost) && !(config.mqttTlsCert && config.mqttTlsKey)) {
    found.push(
      `MQTT on ${config.mqttHost} without TLS would show every token; set LATCHKEY_MQTT_TLS_CERT and LATCHKEY_MQTT_TLS_KEY, or LATCHKEY_MQTT_HOST=127.0.0.1 behind a TLS proxy`,
    )
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

function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Settings that are valid on their own but not together. */
export function contradictions({ mqttTlsCert, mqttTlsKey }: Config): string[] {
  return (mqttTlsCert === undefined) === (mqttTlsKey === undefined)
    ? []
    : ['LATCHKEY_MQTT_TLS_CERT and LATCHKEY_MQTT_TLS_KEY go together']
}
