/** What was tried in the box. */
export interface Tried {
  readonly assertion: string
  readonly form: 'current' | 'older'
  /** Empty for none. */
  readonly device: string
}

/** The request of the exchange, as a command. What is not of the letters of a token is not written: somebody will paste this. */
export function exchangeCommand(issuer: string, { assertion, form, device }: Tried): string {
  const token = /^[\w.-]+$/.test(assertion) ? assertion : 'ASSERTION'
  const name = /^[\w.-]+$/.test(device) ? device : 'DEVICE'
  if (form === 'older') {
    const body = JSON.stringify({ jwt: token, deviceId: name })
    return `curl ${issuer}/1/auth/login \\\n  -H 'content-type: application/json' \\\n  -d '${body}'`
  }
  const lines = [
    `curl ${issuer}/oauth/token`,
    '-d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer',
    `-d assertion=${token}`,
    ...(device === '' ? [] : [`-d device_id=${name}`]),
  ]
  return lines.join(' \\\n  ')
}
