import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPasskeySignals } from './signals.ts'

const list = {
  ...{ rp_id: 'example.com', user_handle: 'dTE', username: 'ada', display_name: 'Ada L.' },
  passkeys: [{ credential_id: 'b25l' }, { credential_id: 'dHdv' }],
}

test('a browser is told of all passkeys that there are, and what the account is called', async () => {
  const told: unknown[] = []
  await createPasskeySignals({
    signalAllAcceptedCredentials: async (options) => void told.push(options),
    signalCurrentUserDetails: async (options) => void told.push(options),
  }).known(list)
  const account = { rpId: 'example.com', userId: 'dTE' }
  assert.deepEqual(told, [
    { ...account, allAcceptedCredentialIds: ['b25l', 'dHdv'] },
    { ...account, name: 'ada', displayName: 'Ada L.' },
  ])
})

test('whether a browser takes signals is known before it is told any', () => {
  assert.equal(createPasskeySignals({}).areTaken, false)
  assert.equal(createPasskeySignals({ signalAllAcceptedCredentials: async () => {} }).areTaken, true)
})

test('a browser is told of the one passkey that the server does not know', async () => {
  const told: unknown[] = []
  const signals = createPasskeySignals({ signalUnknownCredential: async (one) => void told.push(one) })
  await signals.unknown('example.com', 'b25l')
  assert.deepEqual(told, [{ rpId: 'example.com', credentialId: 'b25l' }])
})

for (const { name, type } of [
  { name: 'a browser without signals', type: {} },
  {
    name: 'a browser that refuses each',
    type: {
      signalAllAcceptedCredentials: () => Promise.reject(new DOMException('No.', 'SecurityError')),
      signalCurrentUserDetails: () => Promise.reject(new TypeError('no')),
      signalUnknownCredential: () => {
        throw new TypeError('no')
      },
    },
  },
]) {
  test(`nothing depends on a signal: ${name}`, async () => {
    const signals = createPasskeySignals(type)
    await signals.known(list)
    await signals.unknown('example.com', 'b25l')
  })
}
