import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createListLock } from './list-lock.ts'
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
  }).known(async () => list)
  const account = { rpId: 'example.com', userId: 'dTE' }
  assert.deepEqual(told, [
    { ...account, allAcceptedCredentialIds: ['b25l', 'dHdv'] },
    { ...account, name: 'ada', displayName: 'Ada L.' },
  ])
})

test('no list is loaded for a browser that is not told, nor while a passkey is being made', async () => {
  const load = () => assert.fail('loaded')
  await createPasskeySignals({}).known(load)
  const type = { signalAllAcceptedCredentials: () => assert.fail('told') }
  const isMaking = { request: (_: string, _how: object, work: (lock: null) => unknown) => work(null) }
  await createPasskeySignals(type, createListLock(isMaking as never)).known(load)
})

test('the list is loaded and told under one lock, which a passkey that is being made has as well', async () => {
  const steps: string[] = []
  const locks = {
    async request(_: string, { mode = 'exclusive' }: LockOptions, work: (lock: object) => Promise<unknown>) {
      steps.push(mode)
      const result = await work({})
      steps.push('over')
      return result
    },
  }
  const lock = createListLock(locks as never)
  const type = { signalAllAcceptedCredentials: async () => void steps.push('told') }
  await createPasskeySignals(type, lock).known(async () => {
    steps.push('loaded')
    return list
  })
  assert.equal(await lock.whileMaking(async () => 'made'), 'made')
  assert.deepEqual(steps, ['exclusive', 'loaded', 'told', 'over', 'shared', 'over'])
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
    await signals.known(async () => list)
    await signals.unknown('example.com', 'b25l')
  })
}
