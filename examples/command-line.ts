/**
 * A tool for the command line, which may run where no browser is: it shows a code, and its person types that in on any device. It
 * stays signed in; `sign-out` ends that. Register it:
 * latchkey applications add tool --type native --redirect http://127.0.0.1/callback --scope openid --scope profile \
 *   --grant device_code --grant refresh_token
 * CLIENT_ID=cli_… node --conditions=latchkey-source examples/command-line.ts
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createApplicationClient } from 'latchkey/client'
import { fileKey, fileStorage } from 'latchkey/client/file-storage'

const { LATCHKEY_ISSUER: issuer = 'http://127.0.0.1:8484', CLIENT_ID: clientId = '' } = process.env
const file = process.env.TOOL_SESSION ?? join(homedir(), '.tool-session.json')

const client = createApplicationClient({
  issuer,
  clientId,
  scopes: ['openid', 'profile'],
  storage: fileStorage(file),
  // Whoever copies the session has nothing without this key.
  dpop: fileKey(`${file}.key`),
})

const session =
  (await client.restore()) ??
  (await client.signInByDeviceCode({
    onCode: ({ verificationUri, userCode }) => console.log(`Open ${verificationUri} and type ${userCode}`),
  }))

if (process.argv[2] === 'sign-out') {
  await client.signOut()
  console.log('signed out')
} else {
  const response = await client.fetch(`${issuer}/v1/me`)
  console.log(`${session.username}: ${response.status}`)
}
client.close()
