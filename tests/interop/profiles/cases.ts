import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type BadToken, badTokens } from '../../../packages/server/src/services/programs/program.ts'
import type { Forger } from './issuer.ts'

const nowSeconds = () => Math.floor(Date.now() / 1000)

const bad: Readonly<Record<BadToken, (forger: Forger) => string>> = {
  expired: ({ signed }) => signed({ iat: nowSeconds() - 7200, exp: nowSeconds() - 3600 }),
  'without exp': ({ signed }) => signed({ exp: undefined }),
  'not yet valid': ({ signed }) => signed({ nbf: nowSeconds() + 3600 }),
  'of another issuer': ({ signed }) => signed({ iss: 'https://other.example' }),
  'for another audience': ({ signed }) => signed({ aud: 'another' }),
  'tampered with': ({ tampered }) => tampered(),
  'signed by another key': ({ byAnother }) => byAnother(),
  unsigned: ({ unsigned }) => unsigned(),
}

/** Present the good token and each bad one: the program takes the good one, and of the others those alone that it is known to take. */
export async function presentAll(
  t: TestContext,
  forger: Forger,
  takes: (token: string) => Promise<boolean>,
  known: readonly BadToken[],
): Promise<void> {
  await t.test('takes a token of ours', async () => assert.equal(await takes(forger.good), true))
  for (const name of badTokens) {
    const isKnown = known.includes(name)
    await t.test(`${isKnown ? 'takes, as its page says,' : 'refuses'} a token ${name}`, async () =>
      assert.equal(await takes(bad[name](forger)), isKnown),
    )
  }
}
